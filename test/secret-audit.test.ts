import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { accessPolicy } from '../emulator/contoso/access-policy.ts';
import { contoso } from '../emulator/contoso.ts';
import { textFile } from './support/file.ts';
import { arrival, codes, gatewayOver } from './support/gateway.ts';

const contosoGateway = async () => {
  const world = contoso();
  return gatewayOver({ world, env: { ACCESS_POLICY: textFile(accessPolicy(world)) } });
};

describe('the record', () => {
  it('has who read what, by which policy and in which requests, and no value', async () => {
    const { askAs, audit, azure, log } = await contosoGateway();
    await askAs('Billing Service', 'query Sample { secret(name: "samplesecret") { value } }');
    const [line] = audit.filter(({ event }) => event === 'access');
    const { time, chain, seq, previous, hash, requestId, upstreamRequestId, documentHash, ...told } = line ?? {};
    const billing = azure.world.applications.find(({ displayName }) => displayName === 'Billing Service');
    assert.deepEqual(told, {
      event: 'access',
      caller: { id: `https://sts.windows.net/${azure.world.tenant.id}/|${billing?.principalId}`, kind: 'APPLICATION' },
      ...{ action: 'readSecretValue', vault: 'contoso-vault', name: 'samplesecret' },
      version: azure.world.vaults[0]?.secrets[0]?.versions[0]?.version,
      ...{ allowed: true, policies: ['billing-reads-its-secrets'], operationName: 'Sample', outcome: 'READ' },
    });
    assert.ok(
      [time, chain, seq, previous, hash, upstreamRequestId].every((field) => field !== undefined && field !== null),
    );
    assert.match(String(documentHash), /^[0-9a-f]{64}$/);
    assert.equal(requestId, log.find(({ event }) => event === 'operation')?.requestId);
    assert.doesNotMatch(JSON.stringify([audit, log]), /MSI Secret/);
  });

  const attempts: Record<string, [caller: string | null, query: string, allowed: boolean, outcome: string]> = {
    'a caller without the value': ['Auditor', '{ secret(name: "SampleSecret") { name value } }', false, 'DENIED'],
    'a caller without anything': ['Ada', '{ secret(name: "SampleSecret") { value } }', false, 'DENIED'],
    anonymous: [null, '{ secret(name: "SampleSecret") { value } }', false, 'DENIED'],
    'a secret that is not there': ['Billing Service', '{ secret(name: "billing-nothing") { value } }', true, 'ABSENT'],
    'a value under another name in a fragment': [
      'Billing Service',
      '{ secret(name: "SampleSecret") { ...f } } fragment f on Secret { x: value }',
      true,
      'READ',
    ],
  };
  for (const [what, [caller, query, allowed, outcome]] of Object.entries(attempts)) {
    it(`has the attempt of ${what}`, async () => {
      const { askAs, audit } = await contosoGateway();
      await askAs(caller, query);
      const lines = audit.filter(({ event }) => event === 'access');
      assert.deepEqual(
        lines.map((line) => [line.allowed, line.outcome]),
        [[allowed, outcome]],
      );
    });
  }

  it('and the answer stay with one decision, though the policy changes while the vault answers', async () => {
    const world = contoso();
    const text = accessPolicy(world);
    const file = textFile(text);
    const { askAs, audit, azure, log } = await gatewayOver({ world, env: { ACCESS_POLICY: file } });
    const vault = Promise.withResolvers<void>();
    const asked = arrival(azure, (url) => url.includes('/secrets/'));
    const { fetch } = azure;
    azure.fetch = async (request) => {
      const answer = fetch(request);
      if (request.url.includes('/secrets/')) await vault.promise;
      return answer;
    };
    const answer = askAs('Billing Service', '{ secret(name: "SampleSecret") { value } }');
    await asked;
    writeFileSync(file, text.replaceAll('permit', 'forbid'));
    while (log.filter(({ event }) => event === 'policy-loaded').length < 2) await new Promise(setImmediate);
    vault.resolve();
    assert.deepEqual((await answer).data, { secret: { value: 'MSI Secret!' } });
    assert.equal(audit.at(-1)?.outcome, 'READ');
    assert.deepEqual(codes(await askAs('Billing Service', '{ secret(name: "SampleSecret") { value } }')), [
      'FORBIDDEN',
    ]);
  });

  it('has the failure of an upstream', async () => {
    const { askAs, audit, azure } = await contosoGateway();
    azure.addFault({ service: 'key-vault', status: 501 });
    await askAs('Billing Service', '{ secret(name: "SampleSecret") { value } }');
    assert.equal(audit.at(-1)?.outcome, 'UPSTREAM_UNAVAILABLE');
  });

  it('has nothing of what reads no value, nor of a name that is none', async () => {
    const { askAs, audit } = await contosoGateway();
    await askAs('Billing Service', '{ secret(name: "SampleSecret") { name } secrets { name } viewer { id } }');
    await askAs('Billing Service', '{ secret(name: "hunter2 hunter2") { value } }');
    assert.deepEqual(
      audit.filter(({ event }) => event === 'access'),
      [],
    );
    assert.doesNotMatch(JSON.stringify(audit), /hunter2/);
  });
});

describe('a value that cannot be put on record', () => {
  it('is not answered: AUDIT_UNAVAILABLE, and its siblings are', async () => {
    let lines = 0;
    const auditTo = new Writable({
      write: (_line, _encoding, done) => done(lines++ === 0 ? null : new Error('no space left')),
    });
    const world = contoso();
    const { askAs } = await gatewayOver({
      world,
      auditTo,
      env: { ACCESS_POLICY: textFile(accessPolicy(world)) },
    });
    const answer = await askAs('Billing Service', '{ secret(name: "SampleSecret") { name value } viewer { kind } }');
    assert.deepEqual(answer.data, { secret: { name: 'SampleSecret', value: null }, viewer: { kind: 'APPLICATION' } });
    assert.deepEqual(codes(answer), ['AUDIT_UNAVAILABLE']);
  });
});
