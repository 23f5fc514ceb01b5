import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  type Environment,
  outcome,
  PROGRAM,
  type Running,
  run,
  signIn,
  spawnGateway,
  startEmulator,
  startGateway,
} from './support/process.ts';

const GROUPS = '{ resourceGroups { name location tags { key value } provisioningState } }';
const SECRET = '{ secret(name: "SampleSecret") { name value version contentType expiresAt enabled } }';

let emulator: Running;
let ada: string;
let billing: string;
before(async () => {
  emulator = await startEmulator();
  [ada, billing] = await Promise.all([signIn(emulator.exports, 'ADA'), signIn(emulator.exports, 'BILLING_SERVICE')]);
});
after(() => emulator.stop());

describe('npm start, with the exports of npm run emulator', () => {
  it('answers, and stops when asked to', async () => {
    const gateway = await startGateway(emulator.exports);
    const { errors, data } = await ask(gateway, ada, GROUPS);
    assert.deepEqual([errors, data.resourceGroups.length], [undefined, 9]);
    assert.equal(await gateway.stop(), 0);
  });
});

describe('a gateway with the exports of npm run emulator', () => {
  const identities: Record<string, (exports: Environment) => Environment> = {
    'the system-assigned identity': () => ({}),
    'a user-assigned identity': ({ CONTOSO_USER_ASSIGNED_CLIENT_ID = '' }) => ({
      AZURE_CLIENT_ID: CONTOSO_USER_ASSIGNED_CLIENT_ID,
    }),
    'a workload identity': ({ CONTOSO_WORKLOAD_CLIENT_ID = '', CONTOSO_FEDERATED_TOKEN_FILE = '' }) => ({
      AZURE_CLIENT_ID: CONTOSO_WORKLOAD_CLIENT_ID,
      AZURE_FEDERATED_TOKEN_FILE: CONTOSO_FEDERATED_TOKEN_FILE,
    }),
  };
  for (const [identity, chosenBy] of Object.entries(identities)) {
    it(`answers groups and a secret as ${identity}, and stops when asked to`, async () => {
      const { exports } = emulator;
      const gateway = await spawnGateway(PROGRAM, { ...exports, ...chosenBy(exports) });
      const [groups, secret] = await Promise.all([ask(gateway, ada, GROUPS), ask(gateway, billing, SECRET)]);
      assert.deepEqual([groups.errors, secret.errors], [undefined, undefined]);
      assert.equal(groups.data.resourceGroups.length, 9);
      assert.equal(secret.data.secret.value, 'MSI Secret!');
      assert.equal(await gateway.stop(), 0);
    });
  }

  it('is the managed identity where AZURE_CREDENTIAL says so, whatever AKS has set', async () => {
    const { exports } = emulator;
    const { CONTOSO_USER_ASSIGNED_CLIENT_ID = '', CONTOSO_FEDERATED_TOKEN_FILE = '', LOCAL_AZURE_ADMIN } = exports;
    const aks = {
      AZURE_CLIENT_ID: CONTOSO_USER_ASSIGNED_CLIENT_ID,
      AZURE_FEDERATED_TOKEN_FILE: CONTOSO_FEDERATED_TOKEN_FILE,
    };
    const gateway = await spawnGateway(PROGRAM, { ...exports, ...aks, AZURE_CREDENTIAL: 'managed-identity' });
    await fetch(`${LOCAL_AZURE_ADMIN}/calls`, { method: 'DELETE' });
    const { errors } = await ask(gateway, ada, GROUPS);
    const calls = await (await fetch(`${LOCAL_AZURE_ADMIN}/calls`)).json();
    await gateway.stop();
    assert.equal(errors, undefined);
    assert.equal(calls.filter(({ service }: { service: string }) => service === 'imds').length, 1);
  });

  it('names a vault that has no address behind a proxy', async () => {
    const gateway = await spawnGateway(PROGRAM, emulator.exports);
    const auditor = await signIn(emulator.exports, 'AUDITOR');
    const { errors } = await ask(gateway, auditor, '{ secret(name: "x", vault: "no-such-vault") { name } }');
    await gateway.stop();
    assert.equal(errors[0].extensions.code, 'UPSTREAM_UNAVAILABLE');
    assert.match(errors[0].message, /no-such-vault\.vault\.azure\.net/);
  });

  it('starts while the identity endpoint is down, says so, and recovers when it is back', async () => {
    const admin = `${emulator.exports.LOCAL_AZURE_ADMIN}/faults`;
    await fetch(admin, { method: 'POST', body: JSON.stringify({ service: 'imds', reset: true }) });
    const gateway = await spawnGateway(PROGRAM, emulator.exports);
    const down = await ask(gateway, ada, GROUPS);
    await fetch(admin, { method: 'DELETE' });
    const up = await ask(gateway, ada, GROUPS);
    await gateway.stop();
    const codes = down.errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code);
    assert.deepEqual(codes, ['IDENTITY_UNAVAILABLE']);
    assert.equal(up.errors, undefined);
  });
});

describe('npm start without a setting', () => {
  it('says that every query will be refused, and what to set', async () => {
    const gateway = await spawnGateway(PROGRAM, {});
    const answer = await fetch(`${gateway.url}?query={subscriptions{id}}`);
    assert.equal((await answer.json()).errors[0].extensions.code, 'UNAUTHENTICATED');
    assert.equal(await gateway.stop(), 0);
    assert.match(gateway.said()['standard error'], /"every-query-refused".*set CALLER_ISSUERS and CALLER_AUDIENCE/);
  });
});

describe('npm start that cannot start', () => {
  it('has every complaint at once, exit code 1 and no stack trace', async () => {
    const { code, said } = await outcome(run('start', { PORT: 'x', AZURE_CLOUD: 'moon', MAX_DEPTH: '0' }));
    assert.equal(code, 1);
    assert.deepEqual(
      [...said.matchAll(/^- (\w+)/gm)].map(([, name]) => name),
      ['PORT', 'AZURE_CLOUD', 'MAX_DEPTH'],
    );
    assert.doesNotMatch(said, /^\s+at /m);
  });

  it('says that its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, said } = await outcome(run('start', { PORT: String(port) }));
    taken.close();
    assert.equal(code, 1);
    assert.match(said, new RegExp(`- PORT ${port} is taken`));
    assert.doesNotMatch(said, /^\s+at /m);
  });
});

async function ask({ url }: Pick<Running, 'url'>, authorization: string, query: string) {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return response.json();
}
