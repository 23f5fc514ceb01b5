import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { executeCodegen, loadCodegenConfig } from '@graphql-codegen/cli';
import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { createSchema } from '../src/graphql/schema.ts';
import { gatewayOver } from './support/gateway.ts';

const schema = createSchema();
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

describe('the contract', () => {
  it('describes every type, field, argument and input field', () => {
    const nameless = types.flatMap((type) => {
      const fields = 'getFields' in type ? (Object.values(type.getFields()) as Described[]) : [];
      return [type, ...fields.flatMap((field) => [field, ...(field.args ?? [])])]
        .filter(({ description }) => !description)
        .map(({ name }) => `${name} of ${type.name}`);
    });
    assert.deepEqual(nameless, []);
  });

  it('is what src/graphql/generated.ts was written from: run `npm run codegen`', async () => {
    const { config } = (await loadCodegenConfig({ configFilePath: 'codegen.ts' })) as { config: object };
    const { result } = await executeCodegen({ ...config, noSilentErrors: true, silent: true } as never);
    const [file] = result as { filename: string; content: string }[];
    assert.equal(file?.filename, 'src/graphql/generated.ts');
    assert.equal(readFileSync('src/graphql/generated.ts', 'utf8'), file?.content);
  });

  it('has a working resolver for every field', async () => {
    const { ask, azure } = await gatewayOver();
    const version = azure.world.vaults[0]?.secrets[0]?.versions[0];
    if (version) version.notBefore = '2026-01-02T03:04:05Z';
    const query = `{
      viewer { id kind issuer roles can(action: readEstate, resource: "/subscriptions/${NOWHERE}") { allowed because policies } }
      subscriptions ${everyField('AzureSubscription', ['resourceGroups'])}
      resourceGroups ${everyField('ResourceGroup', ['subscription'])}
      resourceGroup(name: "MC_rg-aks-prod_aks-prod_eastus") ${everyField('ResourceGroup', [])}
      secret(name: "SampleSecret") ${everyField('Secret', [])}
      secrets ${everyField('SecretProperties', [])}
      secretsExpiring(before: "2100-01-01T00:00:00Z", vaults: ["contoso-vault", "contoso-legacy"])
        ${everyField('SecretsExpiringConnection', [])}
    }`;
    const { data, errors } = await ask(query);
    assert.equal(errors, undefined);
    assert.deepEqual(Object.keys(data).sort(), Object.keys(object('Query').getFields()).sort());
    assert.deepEqual(neverAnswered(data), []);
  });
});

const NOWHERE = '00000000-0000-0000-0000-000000000000';

type Described = { name: string; description?: string | null; args?: readonly Described[] };

const object = (name: string): GraphQLObjectType => {
  const type = schema.getType(name);
  assert.ok(isObjectType(type), name);
  return type;
};

/** The selection of all fields of a type and of the objects below, but for those that lead back up. */
function everyField(type: string, path: readonly string[]): string {
  const fields = Object.values(object(type).getFields()).flatMap(({ name, type: of }) => {
    const below = getNamedType(of);
    if (!isObjectType(below)) return [name];
    return path.includes(name)
      ? []
      : [`${name} ${everyField(below.name, [...path, 'resourceGroups', 'subscription'])}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

/** `Type.field` for each field that is null in every record of the answer. */
function neverAnswered(data: unknown): string[] {
  const seen = new Map<string, boolean>();
  visit(data);
  return [...seen].filter(([, isAnswered]) => !isAnswered).map(([field]) => field);

  function visit(value: unknown): void {
    if (Array.isArray(value)) value.forEach(visit);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
    const record = value as Record<string, unknown>;
    for (const [field, each] of Object.entries(record)) {
      const key = `${record.__typename ?? 'Query'}.${field}`;
      seen.set(key, (seen.get(key) ?? false) || each !== null);
      visit(each);
    }
  }
}
