import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { World } from '../../emulator/azure.ts';
import { createSecret } from '../../emulator/contoso/vaults.ts';
import { contoso } from '../../emulator/contoso.ts';
import { textFile } from '../support/file.ts';
import { codes, gatewayOver } from '../support/gateway.ts';

const CALLERS = 1000;
const SECRETS = 10;
const AT_A_TIME = 100;
const STRANGER = 'Stranger';

const caller = (index: number) => `Service ${index}`;
const name = (index: number) => `shared-${index}`;
const QUERY = `{ ${range(SECRETS, (at) => `s${at}: secret(name: "${name(at)}") { value }`).join(' ')} }`;

describe(`${CALLERS} callers that read the same ${SECRETS} secrets`, () => {
  it(`cost ${SECRETS} gets; one more who may not read them costs nothing, before and after`, async () => {
    const gateway = await gatewayOver({ world: withCallers(contoso()), env: { ACCESS_POLICY: textFile(POLICY) } });
    const stranger = async () => {
      const before = gateway.upstream().length;
      const answer = await gateway.askAs(STRANGER, QUERY);
      assert.deepEqual([new Set(codes(answer)), gateway.upstream().length - before], [new Set(['FORBIDDEN']), 0]);
    };
    await stranger();
    const wrong: unknown[] = [];
    const left = range(CALLERS, caller);
    await Promise.all(
      range(AT_A_TIME, async () => {
        for (let who = left.pop(); who !== undefined; who = left.pop()) {
          const { data, errors } = await gateway.askAs(who, QUERY);
          const values = Object.values(data).map((secret) => (secret as { value: string }).value);
          if (errors || !values.every((value, at) => value === textOf(at))) wrong.push([who, values, errors]);
        }
      }),
    );
    await stranger();
    assert.deepEqual(wrong, []);
    const gets = gateway.azure.calls.filter(({ service, status }) => service === 'key-vault' && status === 200).length;
    console.log(`${CALLERS} callers x ${SECRETS} secrets: ${gets} gets, ${gateway.upstream().length} calls in all.`);
    assert.equal(gets, SECRETS);
    assert.equal(gateway.audit.filter(({ outcome }) => outcome === 'READ').length, CALLERS * SECRETS);
    await gateway.close();
  });
});

const POLICY = `@id("services-read-shared-secrets")
permit (principal in Role::"Secret.Reader", action in [Action::"readSecretProperties", Action::"readSecretValue"], resource)
when { resource.name like "shared-*" };`;

const textOf = (at: number) => `value of ${at}`;

function withCallers(world: World): World {
  const [gateway, template] = world.applications;
  assert.ok(gateway && template);
  const appRoleAssignments = [{ resourceAppId: gateway.appId, role: 'Secret.Reader' }];
  const application = (displayName: string, assignments: typeof appRoleAssignments) => ({
    ...{ ...template, displayName, appId: randomUUID(), principalId: randomUUID() },
    ...{ secrets: [{ value: randomUUID() }], appRoleAssignments: assignments },
  });
  world.applications.push(...range(CALLERS, (at) => application(caller(at), appRoleAssignments)));
  world.applications.push(application(STRANGER, []));
  world.vaults[0]?.secrets.push(...range(SECRETS, (at) => createSecret(name(at), { value: textOf(at) })));
  return world;
}

function range<Item>(length: number, make: (index: number) => Item): Item[] {
  return Array.from({ length }, (_, index) => make(index));
}
