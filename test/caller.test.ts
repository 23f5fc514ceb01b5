import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { createCallers } from '../src/caller.ts';
import { type Clock, createClock, systemClock } from '../src/clock.ts';
import { outboundFetch } from '../src/outbound.ts';
import { createLog } from '../src/telemetry.ts';
import {
  AUDIENCE,
  type Claims,
  createCluster,
  createEntra,
  createIssuer,
  type Issuer,
  networkOf,
  TENANT,
} from './support/issuer.ts';
import { telemetryWith } from './support/telemetry.ts';

const OTHER_TENANT = '11111111-2222-4333-8444-555555555555';
const EVIL = 'https://evil.example/keys';
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const nowInSeconds = () => Math.floor(Date.now() / SECOND);

// With a test's Date alone, which it moves on and back.
const dateClock: Clock = { ...systemClock, now: () => Date.now() };

function callersOf(...issuers: Issuer[]) {
  return callersBy(dateClock, ...issuers);
}

function callersBy(clock: Clock, ...issuers: Issuer[]) {
  const network = networkOf(...issuers);
  const config = { issuers: issuers.map(({ url }) => url), audiences: [AUDIENCE] };
  const { identify } = createCallers(config, telemetryWith(), network.fetch, clock);
  return { identify, calls: network.calls, as: async (token: string) => identify(`Bearer ${token}`) };
}

const withMockedClock = (t: TestContext, now = Date.now()) => t.mock.timers.enable({ apis: ['Date'], now });

/** The host's clock, and one of its process that no one sets back. */
function settable(t: TestContext) {
  let elapsed = 0;
  return {
    clock: createClock({ ...systemClock, elapsed: () => elapsed }),
    pass(ms: number) {
      elapsed += ms;
      t.mock.timers.tick(ms);
    },
    setBack: (ms: number) => t.mock.timers.setTime(Date.now() - ms),
  };
}

const refused = (reason: RegExp) => ({ name: 'GatewayError', code: 'UNAUTHENTICATED', message: reason });

const unavailable = (reason: RegExp) => ({ name: 'GatewayError', code: 'UPSTREAM_UNAVAILABLE', message: reason });

describe('a caller', () => {
  it('is anonymous without an Authorization header, at no cost', async () => {
    const { identify, calls } = callersOf(createEntra());
    const caller = await identify(null);
    assert.deepEqual(
      [caller, calls],
      [{ id: 'anonymous', kind: 'ANONYMOUS', issuer: '', subject: '', roles: [], groups: [] }, []],
    );
  });

  it('is an application of Entra, by its object', async () => {
    const entra = createEntra();
    const caller = await callersOf(entra).as(await entra.mint());
    assert.deepEqual(caller, {
      id: `${entra.url}|ada-oid`,
      kind: 'APPLICATION',
      issuer: entra.url,
      subject: 'ada-oid',
      roles: ['Estate.Reader'],
      groups: ['group-1'],
    });
  });

  it("is a cluster's service account, without the roles and groups that its token claims", async () => {
    const cluster = createCluster();
    const caller = await callersOf(cluster).as(
      await cluster.mint({ roles: ['Secret.Reader'], groups: ['admins'], oid: 'ada-oid', tid: TENANT, azp: 'x' }),
    );
    assert.deepEqual(caller, {
      id: `${cluster.url}|system:serviceaccount:billing:api`,
      kind: 'SERVICE_ACCOUNT',
      issuer: cluster.url,
      subject: 'system:serviceaccount:billing:api',
      roles: [],
      groups: [],
    });
  });

  const kinds: Record<string, [Claims, string]> = {
    'scopes are a user': [{ idtyp: undefined, sub: 'pairwise', scp: 'Estate.Read' }, 'USER'],
    'idtyp app is an application': [{ idtyp: 'app', sub: 'another' }, 'APPLICATION'],
    'one object as oid and sub is an application': [{ idtyp: undefined }, 'APPLICATION'],
  };
  for (const [what, [claims, kind]] of Object.entries(kinds)) {
    it(`of Entra with ${what}`, async () => {
      const entra = createEntra();
      assert.equal((await callersOf(entra).as(await entra.mint(claims))).kind, kind);
    });
  }

  it('of another issuer is a user', async () => {
    const issuer = createIssuer('https://issuer.example', { sub: 'grace' });
    const { id, kind } = await callersOf(issuer).as(await issuer.mint());
    assert.deepEqual({ id, kind }, { id: 'https://issuer.example|grace', kind: 'USER' });
  });

  it('is somebody else with the same subject at another issuer', async () => {
    const [one, two] = [
      createIssuer('https://one.example', { sub: 'ada' }),
      createIssuer('https://two.example', { sub: 'ada' }),
    ];
    const { as } = callersOf(one, two);
    const ids = [(await as(await one.mint())).id, (await as(await two.mint())).id];
    assert.deepEqual(ids, ['https://one.example|ada', 'https://two.example|ada']);
  });

  for (const url of [
    `https://sts.windows.net/${TENANT}/`,
    `https://sts.chinacloudapi.cn/${TENANT}/`,
    `https://login.microsoftonline.com/${TENANT}/v2.0`,
    `https://login.microsoftonline.us/${TENANT}/v2.0`,
    `https://login.partner.microsoftonline.cn/${TENANT}/v2.0`,
  ]) {
    it(`has Entra's roles from ${url}`, async () => {
      const entra = createEntra(url);
      const { as, calls } = callersOf(entra);
      const { roles } = await as(await entra.mint({ azp: undefined, appid: 'client-1' }));
      const discovery = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
      assert.deepEqual([roles, calls], [['Estate.Reader'], [discovery, entra.keysUrl]]);
    });
  }

  for (const url of [
    `https://sts.windows.net.evil.example/${TENANT}/`,
    `https://evil.example/https://sts.windows.net/${TENANT}/`,
    `https://login.microsoftonline.com.evil.example/${TENANT}/v2.0`,
  ]) {
    it(`has no roles from ${url}`, async () => {
      const issuer = createEntra(url);
      const { roles, subject } = await callersOf(issuer).as(await issuer.mint({ sub: 'ada-sub' }));
      assert.deepEqual({ roles, subject }, { roles: [], subject: 'ada-sub' });
    });
  }

  for (const [what, claims] of Object.entries<Claims>({
    _claim_names: { _claim_names: { groups: 'src1' }, groups: ['one-of-many'] },
    hasgroups: { hasgroups: true, groups: ['one-of-many'] },
  })) {
    it(`has no groups where ${what} says that there are too many`, async () => {
      const entra = createEntra();
      assert.deepEqual((await callersOf(entra).as(await entra.mint(claims))).groups, []);
    });
  }

  it('has no roles of a form that Entra never sends', async () => {
    const entra = createEntra();
    const { roles, groups } = await callersOf(entra).as(
      await entra.mint({ roles: 'Secret.Reader', groups: [1, 'g', null] }),
    );
    assert.deepEqual({ roles, groups }, { roles: [], groups: ['g'] });
  });

  it('may write the scheme as it likes', async () => {
    const entra = createEntra();
    const { identify } = callersOf(entra);
    const token = await entra.mint();
    const subjects = await Promise.all(
      ['bearer', 'BEARER'].map(async (scheme) => (await identify(`${scheme} ${token}`)).subject),
    );
    assert.deepEqual(subjects, ['ada-oid', 'ada-oid']);
  });

  it('may have a clock that is a minute off', async () => {
    const entra = createEntra();
    const { as } = callersOf(entra);
    const now = nowInSeconds();
    const fast = await as(await entra.mint({ iat: now + 50, nbf: now + 50 }));
    const slow = await as(await entra.mint({ exp: now - 50 }));
    assert.deepEqual([fast.subject, slow.subject], ['ada-oid', 'ada-oid']);
  });

  it("is known by the tokens of the local Azure's Entra and of its cluster", async () => {
    const azure = createAzure();
    const [, ada] = azure.world.applications;
    const [{ issuer: cluster = '', subject = '' } = {}] = azure.world.identities.flatMap(
      ({ federatedCredentials }) => federatedCredentials,
    );
    const issuers = [`https://sts.windows.net/${azure.world.tenant.id}/`, cluster];
    const config = { issuers, audiences: ['api://azure-graphql-gateway'] };
    const callers = createCallers(config, telemetryWith(), (url, init) => azure.fetch(new Request(url, init)));
    const tokens = [
      await authorizationOf(azure, ada?.displayName ?? ''),
      `Bearer ${await azure.federatedToken({ aud: ['api://azure-graphql-gateway'] })}`,
    ];
    const known = (await Promise.all(tokens.map(callers.identify))).map(({ kind, subject }) => [kind, subject]);
    assert.deepEqual(known, [
      ['APPLICATION', ada?.principalId],
      ['SERVICE_ACCOUNT', subject],
    ]);
  });

  for (const algorithm of ['RS256', 'PS512', 'ES384', 'EdDSA']) {
    it(`may have a token signed with ${algorithm}`, async () => {
      const entra = createEntra();
      await entra.rotateKey(algorithm);
      assert.equal((await callersOf(entra).as(await entra.mint())).subject, 'ada-oid');
    });
  }
});

describe('a header that is no token of a trusted issuer is refused before any call', () => {
  const headers: Record<string, [(entra: Issuer) => string | Promise<string>, RegExp]> = {
    'that is empty': [() => '', /is not `Bearer <token>`/],
    'with a scheme alone': [() => 'Bearer', /is not `Bearer <token>`/],
    'of another scheme': [() => 'Basic YWRhOnBhc3N3b3Jk', /is not `Bearer <token>`/],
    'with a token and no scheme': [(entra) => entra.mint(), /is not `Bearer <token>`/],
    'with two tokens': [
      async (entra) => `Bearer ${await entra.mint()} ${await entra.mint()}`,
      /is not `Bearer <token>`/,
    ],
    'that two headers became': [
      async (entra) => `Bearer ${await entra.mint()}, Bearer ${await entra.mint()}`,
      /is not `Bearer <token>`/,
    ],
    'with more after the token': [async (entra) => `Bearer ${await entra.mint()} x=1`, /is not `Bearer <token>`/],
    'of a token without its signature': [
      async (entra) => `Bearer ${(await entra.mint()).replace(/[^.]+$/, '')}`,
      /is not `Bearer <token>`/,
    ],
    'of five parts, an encrypted token': [() => 'Bearer a.b.c.d.e', /is not `Bearer <token>`/],
    'of three parts that are nothing': [() => 'Bearer a.b.c', /is not a signed JWT/],
    'of more than 16 kB': [
      async (entra) => `Bearer ${await entra.mint({ groups: ['g'.repeat(16_384)] })}`,
      /is longer than 16 kB/,
    ],
    'of a token without an issuer': [
      async (entra) => `Bearer ${await entra.mint({ iss: undefined })}`,
      /issuer is not one/,
    ],
    'of a token of an unknown issuer': [
      async () => `Bearer ${await createEntra('https://evil.example/').mint()}`,
      /issuer is not one/,
    ],
    'of a token of another tenant': [
      async () => {
        const other = createEntra(`https://login.microsoftonline.com/${OTHER_TENANT}/v2.0`);
        return `Bearer ${await other.mint({ tid: OTHER_TENANT })}`;
      },
      /issuer is not one/,
    ],
    'of an issuer that differs by a slash': [
      async (entra) => `Bearer ${await entra.mint({ iss: `${entra.url}/` })}`,
      /issuer is not one/,
    ],
    'of two issuers': [async (entra) => `Bearer ${await entra.mint({ iss: [entra.url, 'x'] })}`, /issuer is not one/],
    'of a Graph token': [
      async (entra) => `Bearer ${await entra.mint({ aud: '00000003-0000-0000-c000-000000000000' }, { nonce: 'n' })}`,
      /is for Microsoft Graph/,
    ],
    'of a token that is not signed': [
      async (entra) => `Bearer ${await unsigned(entra)}`,
      /is not signed with an asymmetric key/,
    ],
    'of a token that writes None': [
      async (entra) => `Bearer ${await unsigned(entra, 'nOnE')}`,
      /is not signed with an asymmetric key/,
    ],
    'of a token signed with the public key as a password': [
      async (entra) => `Bearer ${await symmetric(entra, await entra.publicKeyPem())}`,
      /is not signed with an asymmetric key/,
    ],
    'of a token signed with the public JWK as a password': [
      async (entra) => `Bearer ${await symmetric(entra, JSON.stringify(await entra.publicJwk()))}`,
      /is not signed with an asymmetric key/,
    ],
    'of a token with critical extensions': [
      async (entra) => {
        const [, claims, signature] = (await entra.mint()).split('.');
        return `Bearer ${part({ alg: 'ES256', crit: ['b64'], b64: true })}.${claims}.${signature}`;
      },
      /asks for extensions/,
    ],
    'of a logout token': [async (entra) => `Bearer ${await entra.mint({}, { typ: 'logout+jwt' })}`, /of a type/],
  };
  for (const [what, [header, reason]] of Object.entries(headers)) {
    it(`one ${what}`, async () => {
      const entra = createEntra();
      const { identify, calls } = callersOf(entra);
      await assert.rejects(identify(await header(entra)), refused(reason));
      assert.deepEqual(calls, []);
    });
  }

  it('every one, where no issuer is set', async () => {
    await assert.rejects(
      callersOf().identify(`Bearer ${await createEntra().mint()}`),
      refused(/Set CALLER_ISSUERS and/),
    );
  });
});

describe('a token that names a trusted issuer is refused, and nobody else is asked,', () => {
  const tokens: Record<string, [(entra: Issuer) => Promise<string>, RegExp]> = {
    'for another audience': [
      (entra) => entra.mint({ aud: 'api://another' }),
      /another audience. Ask for one for api:\/\/gateway/,
    ],
    'for an audience in other letters': [(entra) => entra.mint({ aud: AUDIENCE.toUpperCase() }), /another audience/],
    'for an audience that begins alike': [(entra) => entra.mint({ aud: `${AUDIENCE}-2` }), /another audience/],
    'for Graph': [(entra) => entra.mint({ aud: 'https://graph.microsoft.com' }), /another audience/],
    'that has expired': [(entra) => entra.mint({ exp: nowInSeconds() - 61 }), /has expired/],
    'that is not valid yet': [(entra) => entra.mint({ nbf: nowInSeconds() + 90 }), /is not valid yet/],
    'issued in the future': [(entra) => entra.mint({ iat: nowInSeconds() + 90 }), /is not valid yet/],
    'with a date as its expiry': [(entra) => entra.mint({ exp: '2099-01-01' }), /no usable `exp`/],
    ...Object.fromEntries(
      ['exp', 'iat', 'aud', 'sub', 'oid'].map((claim) => [
        `without ${claim}`,
        [(entra: Issuer) => entra.mint({ [claim]: undefined }), new RegExp(`no usable \`${claim}\``)],
      ]),
    ),
    'with an oid that is no text': [(entra) => entra.mint({ oid: ['ada-oid'] }), /no usable `oid`/],
    'with the tid of another tenant': [
      (entra) => entra.mint({ tid: OTHER_TENANT }),
      /tenant is not that of its issuer/,
    ],
    'without tid': [(entra) => entra.mint({ tid: undefined }), /tenant is not that of its issuer/],
    'of the v2 ID kind': [
      (entra) => entra.mint({ azp: undefined, idtyp: undefined, sub: 'pairwise' }),
      /is an ID token/,
    ],
    'of an application that names no client': [(entra) => entra.mint({ azp: undefined }), /is an ID token/],
    'of a user that names no client': [
      (entra) => entra.mint({ azp: undefined, idtyp: undefined, scp: 'Estate.Read' }),
      /is an ID token/,
    ],
    'of the ID kind, bound by nonce': [(entra) => entra.mint({ nonce: 'n' }), /is an ID token/],
    'of the ID kind, bound to an access token': [(entra) => entra.mint({ at_hash: 'h', scp: 'x' }), /is an ID token/],
    'of a user without scopes': [(entra) => entra.mint({ idtyp: undefined, sub: 'pairwise' }), /is an ID token/],
    'of a user that names no scope': [(entra) => entra.mint({ idtyp: 'user', scp: '' }), /is an ID token/],
    'with an unknown key': [(entra) => entra.mint({}, { kid: 'unknown' }), /does not publish/],
    'with a key that is a path': [(entra) => entra.mint({}, { kid: '../../../../dev/null' }), /does not publish/],
    'with a key that is a URL': [(entra) => entra.mint({}, { kid: EVIL }), /does not publish/],
    'whose signature is cut': [
      async (entra) => (await entra.mint()).slice(0, -8),
      /signature is not that of its issuer/,
    ],
    'whose claims were changed': [changed, /signature is not that of its issuer/],
    'signed by somebody else under the name of its key': [(entra) => forged(entra), /signature is not that/],
    'with a key of its own in jwk': [async (entra) => forged(entra, (jwk) => ({ jwk })), /signature is not that/],
    'with a key of its own in jwk alone': [
      async (entra) => forged(entra, (jwk) => ({ jwk, kid: 'mine' })),
      /does not publish/,
    ],
    'with jku': [async (entra) => forged(entra, () => ({ jku: EVIL, kid: 'mine' })), /does not publish/],
    'with x5u': [async (entra) => forged(entra, () => ({ x5u: EVIL })), /signature is not that/],
    'signed under another algorithm than its key': [
      async (entra) => {
        const token = await entra.mint();
        await entra.rotateKey('RS256');
        const { kid } = await entra.publicJwk();
        return token.replace(/^[^.]+/, part({ alg: 'ES256', kid }));
      },
      /does not publish/,
    ],
  };
  for (const [what, [mint, reason]] of Object.entries(tokens)) {
    it(`one ${what}`, async () => {
      const entra = createEntra();
      const { as, calls } = callersOf(entra);
      await assert.rejects(as(await mint(entra)), refused(reason));
      assert.deepEqual(calls, [entra.discoveryUrl, entra.keysUrl]);
    });
  }

  it('one that another trusted issuer has signed', async () => {
    const [entra, cluster] = [createEntra(), createCluster()];
    const { as, calls } = callersOf(entra, cluster);
    await assert.rejects(as(await forged(entra, () => ({}), cluster)), refused(/does not publish/));
    assert.deepEqual(calls, [entra.discoveryUrl, entra.keysUrl]);
  });

  for (const claim of ['exp', 'aud', 'sub']) {
    it(`one of a service account without ${claim}`, async () => {
      const cluster = createCluster();
      const refusal = callersOf(cluster).as(await cluster.mint({ [claim]: undefined }));
      await assert.rejects(refusal, refused(new RegExp(`no usable \`${claim}\``)));
    });
  }

  it("one of another issuer that is its client's own", async () => {
    const issuer = createIssuer('https://issuer.example', { sub: 'grace', azp: AUDIENCE });
    await assert.rejects(callersOf(issuer).as(await issuer.mint()), refused(/is an ID token/));
  });

  it('in words that repeat nothing of it', async () => {
    const entra = createEntra();
    const { as } = callersOf(entra);
    const canary = { aud: 'canary', sub: 'canary', oid: 'canary', roles: ['canary'] };
    const refusal = await as(await entra.mint(canary, { kid: 'canary' })).catch((error) => error);
    assert.doesNotMatch(`${refusal.message} ${JSON.stringify(refusal)} ${String(refusal.cause)}`, /canary/);
  });
});

describe("an issuer's keys", () => {
  it('are asked for once by all who come at the same time', async () => {
    const entra = createEntra();
    const { as, calls } = callersOf(entra);
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, number) => entra.mint({ jti: String(number) })));
    await Promise.all(tokens.map(as));
    assert.deepEqual(calls, [entra.discoveryUrl, entra.keysUrl]);
  });

  it('are not asked for before the first token', () => {
    assert.deepEqual(callersOf(createEntra(), createCluster()).calls, []);
  });

  it('are found when they rotate', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    const { as, calls } = callersOf(entra);
    await as(await entra.mint());
    await entra.rotateKey();
    t.mock.timers.tick(11 * SECOND);
    await as(await entra.mint());
    assert.deepEqual(calls, [entra.discoveryUrl, entra.keysUrl, entra.keysUrl]);
  });

  it('are found when they rotate, though the clock be set back', async (t) => {
    withMockedClock(t);
    const { clock, pass, setBack } = settable(t);
    const entra = createEntra();
    const { as } = callersBy(clock, entra);
    await as(await entra.mint());
    await entra.rotateKey();
    setBack(10 * MINUTE);
    pass(11 * SECOND);
    assert.equal((await as(await entra.mint())).subject, 'ada-oid');
  });

  it('no longer count an hour after they were withdrawn', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    const { as } = callersOf(entra);
    const stolen = await entra.mint({ exp: nowInSeconds() + 7200 });
    await as(stolen);
    await entra.rotateKey();
    t.mock.timers.tick(HOUR);
    await assert.rejects(as(stolen), refused(/does not publish/));
  });

  it('are not asked for again with every token that names an unknown one', async () => {
    const entra = createEntra();
    const { as, calls } = callersOf(entra);
    for (const kid of ['a', 'b', 'c'])
      await assert.rejects(as(await entra.mint({}, { kid })), refused(/does not publish/));
    assert.deepEqual(calls, [entra.discoveryUrl, entra.keysUrl]);
  });

  it('serve through an outage of their issuer, whatever keys are made up meanwhile', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    const { as } = callersOf(entra);
    await as(await entra.mint());
    entra.goDown();
    t.mock.timers.tick(11 * SECOND);
    await assert.rejects(as(await entra.mint({}, { kid: 'made-up' })), unavailable(/cannot be reached/));
    assert.equal((await as(await entra.mint())).subject, 'ada-oid');
  });

  it('are looked for in their new place when the old one is gone', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    const { as, calls } = callersOf(entra);
    await as(await entra.mint());
    entra.answerWith('keys', () => new Response(null, { status: 404 }));
    t.mock.timers.tick(HOUR);
    await assert.rejects(as(await entra.mint()), unavailable(/answered 404/));
    entra.recover();
    t.mock.timers.tick(SECOND);
    await as(await entra.mint());
    const [discovery, keys] = [entra.discoveryUrl, entra.keysUrl];
    assert.deepEqual(calls, [discovery, keys, keys, discovery, keys]);
  });

  const discoveries: Record<string, [(entra: Issuer) => Response, RegExp]> = {
    'of another issuer': [
      (entra) => Response.json({ issuer: 'https://evil.example/', jwks_uri: entra.keysUrl }),
      /says that it is another issuer/,
    ],
    'of nobody': [(entra) => Response.json({ jwks_uri: entra.keysUrl }), /says that it is another issuer/],
    'with keys behind http': [
      (entra) => Response.json({ issuer: entra.url, jwks_uri: 'http://login.microsoftonline.com/keys' }),
      /names no https URL/,
    ],
    'with keys in a file': [
      (entra) => Response.json({ issuer: entra.url, jwks_uri: 'file:///etc/passwd' }),
      /names no https URL/,
    ],
    'without keys': [(entra) => Response.json({ issuer: entra.url }), /names no https URL/],
    'that leads elsewhere': [() => Response.redirect(EVIL), /answered 302/],
    'that is an error': [() => Response.json({}, { status: 500 }), /answered 500/],
    'that is no JSON': [() => new Response('<html>'), /is not a JSON object/],
    'that is no object': [() => Response.json(['issuer']), /is not a JSON object/],
    'that is empty': [() => new Response(null), /is not a JSON object/],
    'without an end': [() => new Response(endless()), /sent more than 262144 bytes/],
  };
  for (const [what, [answer, reason]] of Object.entries(discoveries)) {
    it(`are not asked for after a discovery ${what}`, async () => {
      const entra = createEntra();
      entra.answerWith('discovery', () => answer(entra));
      const { as, calls } = callersOf(entra);
      await assert.rejects(as(await entra.mint()), unavailable(reason));
      assert.deepEqual(calls, [entra.discoveryUrl]);
    });
  }

  const keySets: Record<string, [() => Response, RegExp]> = {
    'that lead elsewhere': [() => Response.redirect(EVIL), /answered 302/],
    'without an end': [() => new Response(endless()), /sent more than 262144 bytes/],
    'that are none': [() => Response.json({ keys: 'none' }), /publishes keys that cannot be used/],
  };
  for (const [what, [answer, reason]] of Object.entries(keySets)) {
    it(`are not used where they are ones ${what}`, async () => {
      const entra = createEntra();
      entra.answerWith('keys', answer);
      const { as, calls } = callersOf(entra);
      await assert.rejects(as(await entra.mint()), unavailable(reason));
      assert.deepEqual(calls, [entra.discoveryUrl, entra.keysUrl]);
    });
  }

  it('are not used where they are passwords', async () => {
    const entra = createEntra();
    const { kid } = await entra.publicJwk();
    entra.answerWith('keys', () => Response.json({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid }] }));
    await assert.rejects(callersOf(entra).as(await entra.mint()), refused(/does not publish/));
  });
});

describe('an issuer that cannot be asked', () => {
  it('is named, and asked once by all who come at the same time', async () => {
    const entra = createEntra();
    entra.goDown();
    const { as, calls } = callersOf(entra);
    const token = await entra.mint();
    const attempts = await Promise.allSettled([as(token), as(token), as(token)]);
    const said = attempts.map((attempt) => (attempt.status === 'rejected' ? attempt.reason.message : ''));
    const message =
      'The token cannot be checked: its issuer login.microsoftonline.com cannot be reached. Try again in a moment; if it lasts, check the issuer.';
    assert.deepEqual([said, calls], [[message, message, message], [entra.discoveryUrl]]);
  });

  it('is left in peace for a second', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    entra.goDown();
    const { as, calls } = callersOf(entra);
    await assert.rejects(as(await entra.mint()), unavailable(/cannot be reached/));
    t.mock.timers.tick(SECOND - 1);
    await assert.rejects(as(await entra.mint()), unavailable(/cannot be reached/));
    assert.deepEqual(calls, [entra.discoveryUrl]);
  });

  it('is asked anew as soon as it is back', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    entra.goDown();
    const { as, calls } = callersOf(entra);
    await assert.rejects(as(await entra.mint()), unavailable(/cannot be reached/));
    entra.recover();
    t.mock.timers.tick(SECOND);
    await as(await entra.mint());
    assert.deepEqual(calls, [entra.discoveryUrl, entra.discoveryUrl, entra.keysUrl]);
  });

  it('does not stop the callers of another', async () => {
    const [entra, cluster] = [createEntra(), createCluster()];
    entra.goDown();
    const { as } = callersOf(entra, cluster);
    await assert.rejects(as(await entra.mint()), unavailable(/cannot be reached/));
    assert.equal((await as(await cluster.mint())).kind, 'SERVICE_ACCOUNT');
  });

  it('is waited for no longer than five seconds', async (t) => {
    const timeout = t.mock.method(AbortSignal, 'timeout', () =>
      AbortSignal.abort(new DOMException('The operation timed out.', 'TimeoutError')),
    );
    const entra = createEntra();
    await assert.rejects(callersOf(entra).as(await entra.mint()), unavailable(/did not answer in 5 s/));
    assert.deepEqual(timeout.mock.calls[0]?.arguments, [5 * SECOND]);
  });

  it('is reported with the reason, and without the token', async () => {
    const lines: string[] = [];
    const entra = createEntra();
    entra.goDown();
    const log = createLog('debug', { write: (line: string) => void lines.push(line) });
    const config = { issuers: [entra.url], audiences: [AUDIENCE] };
    const callers = createCallers(config, telemetryWith(log), networkOf(entra).fetch);
    await assert.rejects(callers.identify(`Bearer ${await entra.mint()}`), unavailable(/cannot be reached/));
    const { event, method, host, failed } = JSON.parse(lines.join());
    assert.deepEqual(
      { event, method, host, cause: failed.cause.message, lines: lines.length, hasToken: /eyJ/.test(lines.join()) },
      {
        event: 'upstream',
        method: 'GET',
        host: new URL(entra.url).host,
        cause: 'fetch failed',
        lines: 1,
        hasToken: false,
      },
    );
  });
});

describe('a verified token', () => {
  it('is remembered for five minutes', async (t) => {
    const { token, as } = await knownToMemoryAlone(t);
    t.mock.timers.tick(5 * MINUTE - 1);
    assert.equal((await as(token)).subject, 'ada-oid');
  });

  it('is checked again after five minutes', async (t) => {
    const { token, as } = await knownToMemoryAlone(t);
    t.mock.timers.tick(5 * MINUTE);
    await assert.rejects(as(token), refused(/does not publish/));
  });

  it('is checked again after five minutes, though the clock be set back', async (t) => {
    withMockedClock(t);
    const { clock, pass, setBack } = settable(t);
    const entra = createEntra();
    const { as } = callersBy(clock, entra);
    const token = await entra.mint();
    await as(token);
    await entra.rotateKey();
    setBack(10 * MINUTE);
    pass(5 * MINUTE);
    await assert.rejects(as(token), refused(/does not publish/));
  });

  it('is never remembered past its expiry, where only clocks that disagree would let it in', async (t) => {
    const { token, as } = await knownToMemoryAlone(t, 4 * MINUTE + 30 * SECOND);
    t.mock.timers.tick(4 * MINUTE + 30 * SECOND);
    await assert.rejects(as(token), refused(/does not publish/));
  });

  it('does not vouch for one that begins alike', async () => {
    const entra = createEntra();
    const { as } = callersOf(entra);
    const token = await entra.mint();
    await as(token);
    await assert.rejects(as(`${token.slice(0, -8)}AAAAAAAA`), refused(/signature/));
  });

  it('is not remembered where it was refused', async (t) => {
    withMockedClock(t);
    const entra = createEntra();
    const { as } = callersOf(entra);
    const early = await entra.mint({ nbf: nowInSeconds() + 90 });
    await assert.rejects(as(early), refused(/is not valid yet/));
    t.mock.timers.tick(30 * SECOND);
    assert.equal((await as(early)).subject, 'ada-oid');
  });
});

describe('the way out', () => {
  const token = (url: string) => createIssuer(url, { sub: 'ada' }).mint();

  it('is HTTPS_PROXY, but not to a host in NO_PROXY', async (t) => {
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', ({ url = '' }, socket) => {
      tunnels.push(url);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    let direct = 0;
    const host = createTcpServer((socket) => {
      direct += 1;
      socket.destroy();
    });
    for (const server of [proxy, host]) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      t.after(() => server.close());
    }
    const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
    const env = { HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`, NO_PROXY: '127.0.0.1' };
    const issuers = ['https://issuer.example/', `https://127.0.0.1:${portOf(host)}/`];
    const workerData = { issuers, audiences: [AUDIENCE], tokens: await Promise.all(issuers.map(token)) };
    const worker = new Worker(new URL('support/identify.ts', import.meta.url), { env, workerData });
    const [[proxied, near]] = await once(worker, 'message');
    // A proxy's refusal comes as the answer of the host.
    assert.match(proxied, /issuer\.example answered 502/);
    assert.match(near, /cannot be reached/);
    assert.deepEqual({ tunnels, direct }, { tunnels: ['issuer.example:443'], direct: 1 });
  });

  it('gives up a host that takes the connection and never answers, as a time that is up', async (t) => {
    const silent = createTcpServer((socket) => t.after(() => socket.destroy()));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    t.after(() => silent.close());
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const given = outboundFetch(url, { headers: {}, redirect: 'manual', signal: AbortSignal.timeout(20) });
    await assert.rejects(given, { name: 'TimeoutError' });
  });
});

/** A token that has just been verified, with a key that is withdrawn, and read again four minutes from here on. */
async function knownToMemoryAlone(t: TestContext, lifetimeInMs = HOUR) {
  withMockedClock(t, Math.ceil(Date.now() / SECOND) * SECOND);
  const entra = createEntra();
  const { as } = callersOf(entra);
  await as(await entra.mint());
  t.mock.timers.tick(56 * MINUTE);
  const token = await entra.mint({ exp: nowInSeconds() + lifetimeInMs / SECOND });
  await as(token);
  await entra.rotateKey();
  return { token, as };
}

function part(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

async function unsigned(issuer: Issuer, alg = 'none'): Promise<string> {
  const [, claims, signature] = (await issuer.mint()).split('.');
  return `${part({ alg, typ: 'JWT' })}.${claims}.${signature}`;
}

async function symmetric(issuer: Issuer, password: string): Promise<string> {
  const { kid = '' } = await issuer.publicJwk();
  return signedWith(await claimsOf(issuer), { alg: 'HS256', kid }, new TextEncoder().encode(password));
}

async function changed(issuer: Issuer): Promise<string> {
  const [header, , signature] = (await issuer.mint()).split('.');
  return `${header}.${part({ ...(await claimsOf(issuer)), roles: ['Secret.Reader'] })}.${signature}`;
}

/** The issuer's claims under another's key: that of `signer`, or one that came with the attacker. */
async function forged(
  issuer: Issuer,
  header: (jwk: NonNullable<JWTHeaderParameters['jwk']>) => Partial<JWTHeaderParameters> = () => ({}),
  signer?: Issuer,
): Promise<string> {
  if (signer) return signer.mint({ ...(await claimsOf(issuer)) });
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const { kid = '' } = await issuer.publicJwk();
  return signedWith(await claimsOf(issuer), { alg: 'ES256', kid, ...header(await exportJWK(publicKey)) }, privateKey);
}

async function claimsOf(issuer: Issuer) {
  const [, claims = ''] = (await issuer.mint()).split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString());
}

const signedWith = (claims: Claims, header: JWTHeaderParameters, key: Parameters<SignJWT['sign']>[0]) =>
  new SignJWT(claims).setProtectedHeader(header).sign(key);

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) });
}
