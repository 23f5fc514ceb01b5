import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { textFile } from './support/file.ts';
import { codes, gatewayOver, NOTHING_KEPT } from './support/gateway.ts';

const GROUPS = '{ resourceGroups { name } }';

describe("a workload identity that fails, for the next request's sake", () => {
  it('reads its token file anew', async () => {
    const { ask, azure, file } = await workloadGateway();
    writeFileSync(file, await azure.federatedToken({ exp: 1 }));
    assert.deepEqual(codes(await ask(GROUPS)), ['IDENTITY_UNAVAILABLE']);
    writeFileSync(file, await azure.federatedToken());
    assert.deepEqual(codes(await ask(GROUPS)), []);
  });

  for (const fault of [{ status: 500 }, { status: 429 }, { status: 500, headers: { 'retry-after': '3600' } }]) {
    it(`asks Entra again after ${JSON.stringify(fault)}`, async () => {
      const { ask, azure } = await workloadGateway();
      azure.addFault({ service: 'entra', path: 'token', body: { error: 'temporarily_unavailable' }, ...fault });
      assert.deepEqual(codes(await ask(GROUPS)), ['IDENTITY_UNAVAILABLE']);
      azure.clearFaults();
      assert.deepEqual(codes(await ask(GROUPS)), []);
    });
  }
});

async function workloadGateway() {
  const file = textFile('');
  const world = contoso();
  const { clientId = '' } = world.identities.find(({ federatedCredentials: [one] }) => one) ?? {};
  const identity = { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: world.tenant.id, AZURE_FEDERATED_TOKEN_FILE: file };
  const gateway = await gatewayOver({ world, env: { ...NOTHING_KEPT, ...identity } });
  writeFileSync(file, await gateway.azure.federatedToken());
  return { ...gateway, file };
}
