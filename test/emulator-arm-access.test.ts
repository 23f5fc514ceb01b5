import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { armClientOf, ask, codeOf, credentialOf, groupsUrl, production, tokenFor } from './support/emulator.ts';
import { transportTo } from './support/transport.ts';

const ARM = 'https://management.azure.com';
const VERSION = 'api-version=2025-04-01';

describe('role assignments in Azure Resource Manager', () => {
  it('hide a subscription without any role from the list, and refuse what is in it', async () => {
    const azure = createAzure();
    const client = new SubscriptionClient(credentialOf(azure), { httpClient: transportTo(azure.fetch) });
    const names = (await Array.fromAsync(client.subscriptions.list())).map(({ displayName }) => displayName);
    assert.deepEqual(names, ['Contoso Production', 'Contoso Development']);
    const finance = azure.world.subscriptions[2]?.id;
    const refused = await ask(azure, `${ARM}${finance}/resourcegroups?${VERSION}`);
    assert.equal(codeOf(refused), '403 AuthorizationFailed');
  });

  it('let a list show only the groups that may be read', async () => {
    const azure = onlyReaderOf('rg-payments-prod');
    const groups = await Array.fromAsync(armClientOf(azure).resourceGroups.list());
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['rg-payments-prod'],
    );
  });

  it('refuse an unreadable group whether or not it exists', async () => {
    const azure = onlyReaderOf('rg-payments-prod');
    const names = ['rg-aks-prod', 'rg-none'];
    const urls = names.map((name) => groupsUrl(azure).replace('?', `/${name}?`));
    const codes = await Promise.all(urls.map(async (url) => codeOf(await ask(azure, url))));
    assert.deepEqual(codes, ['403 AuthorizationFailed', '403 AuthorizationFailed']);
  });

  it('give nothing beside their scope, however alike its name', async () => {
    const azure = onlyReaderOf('rg-payments');
    const { status } = await ask(azure, groupsUrl(azure).replace('?', '/rg-payments-prod?'));
    assert.equal(status, 403);
  });

  it('give nothing but the actions of the role', async () => {
    const azure = createAzure();
    azure.world.roleAssignments.length = 0;
    const principalId = azure.world.identities[0]?.principalId ?? '';
    azure.assignRole({ principalId, role: 'Key Vault Secrets User', scope: production(azure).id });
    const list = await ask(azure, groupsUrl(azure));
    const one = await ask(azure, groupsUrl(azure).replace('?', '/rg-payments-prod?'));
    assert.deepEqual([list.body, codeOf(one)], [{ value: [] }, '403 AuthorizationFailed']);
  });

  it('decide anew at each request', async () => {
    const azure = createAzure();
    const token = await tokenFor(azure, ARM);
    for (const { id } of [...azure.world.roleAssignments]) azure.removeRole(id);
    const codes = [codeOf(await ask(azure, groupsUrl(azure), token))];
    const principalId = azure.world.identities[0]?.principalId ?? '';
    azure.assignRole({ principalId, role: 'Reader', scope: '/' });
    assert.deepEqual([...codes, (await ask(azure, groupsUrl(azure), token)).status], ['403 AuthorizationFailed', 200]);
  });
});

describe('the tokens Azure Resource Manager takes', () => {
  it('are its own and nobody else’s', async () => {
    const azure = createAzure();
    const token = await tokenFor(azure, ARM);
    const [header, payload] = token.split('.');
    const codes = await Promise.all(
      [await tokenFor(azure, 'https://vault.azure.net'), `${header}.${payload}.AAAA`, 'nonsense', token].map(
        async (bearer) => (await ask(azure, groupsUrl(azure), bearer)).body,
      ),
    );
    assert.deepEqual(
      codes.map((body) => JSON.parse(JSON.stringify(body)).error?.code),
      ['InvalidAuthenticationTokenAudience', 'InvalidAuthenticationToken', 'InvalidAuthenticationToken', undefined],
    );
  });

  it('have not expired', async () => {
    const clock = createManualClock();
    const azure = createAzure({ clock });
    const token = await tokenFor(azure, ARM);
    clock.advance(86_398_000);
    const { status } = await ask(azure, groupsUrl(azure), token);
    clock.advance(1000);
    const expired = codeOf(await ask(azure, groupsUrl(azure), token));
    assert.deepEqual([status, expired], [200, '401 ExpiredAuthenticationToken']);
  });

  it('are from the tenant of the subscription', async () => {
    const elsewhere = createAzure();
    elsewhere.world.tenant.id = '11111111-1111-4111-a111-111111111111';
    const token = await tokenFor(elsewhere, ARM);
    const azure = createAzure();
    assert.equal(codeOf(await ask(azure, groupsUrl(azure), token)), '401 InvalidAuthenticationTokenTenant');
  });

  it('are asked for with the tenant’s name on the door', async () => {
    const azure = createAzure();
    const response = await azure.fetch(new Request(groupsUrl(azure)));
    assert.deepEqual(
      [response.status, response.headers.get('www-authenticate')],
      [
        401,
        `Bearer authorization_uri="https://login.windows.net/${azure.world.tenant.id}", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header."`,
      ],
    );
  });
});

describe('the quota of Azure Resource Manager', () => {
  it('is 250 reads at once and 25 a second after that', async () => {
    const clock = createManualClock();
    const azure = createAzure({ clock });
    const token = await tokenFor(azure, ARM);
    const spend = async (reads: number) => {
      const answers = Array.from({ length: reads }, async () => (await ask(azure, groupsUrl(azure), token)).status);
      return (await Promise.all(answers)).filter((status) => status === 200).length;
    };
    const granted = [await spend(260)];
    clock.advance(2000);
    assert.deepEqual([...granted, await spend(60)], [250, 50]);
  });

  it('is told on every answer, and what to wait when it is spent', async () => {
    const azure = createAzure({ clock: createManualClock() });
    const authorization = `Bearer ${await tokenFor(azure, ARM)}`;
    const read = async () => azure.fetch(new Request(groupsUrl(azure), { headers: { authorization } }));
    const first = await read();
    for (let reads = 1; reads < 250; reads += 1) await read();
    const last = await read();
    const headers = [
      'x-ms-ratelimit-remaining-subscription-reads',
      'x-ms-ratelimit-remaining-subscription-global-reads',
    ];
    assert.deepEqual(
      [first, last].map((response) => headers.map((name) => response.headers.get(name))),
      [
        ['249', '3749'],
        ['0', '3500'],
      ],
    );
    assert.deepEqual([last.status, last.headers.get('retry-after')], [429, '1']);
  });
});

function onlyReaderOf(group: string): Azure {
  const azure = createAzure();
  azure.world.roleAssignments.length = 0;
  const principalId = azure.world.identities[0]?.principalId ?? '';
  azure.assignRole({ principalId, role: 'Reader', scope: `${production(azure).id}/resourceGroups/${group}` });
  return azure;
}
