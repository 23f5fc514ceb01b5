import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { executeCodegen, loadCodegenConfig } from '@graphql-codegen/cli';
import {
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { World } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { parsePath } from '../src/azure/property-path.ts';
import { RESOURCE_TYPES } from '../src/graphql/resource-types.ts';
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
    const { ask, azure } = await gatewayOver({ env: LARGE });
    const version = azure.world.vaults[0]?.secrets[0]?.versions[0];
    if (version) version.notBefore = '2026-01-02T03:04:05Z';
    azure.putResource({
      id: `/subscriptions/${PRODUCTION}/resourceGroups/rg-shared-prod/providers/Microsoft.Compute/disks/new`,
      location: 'eastus',
    });
    for (const [type, { armType, fields }] of Object.entries(RESOURCE_TYPES)) {
      const id = `/subscriptions/${PRODUCTION}/resourceGroups/rg-shared-prod/providers/${armType}/of-the-table`;
      azure.putResource({ id, location: 'eastus', properties: propertiesOf(type, fields) });
    }
    await ask('{ secret(name: "SampleSecret") { value } }');
    const query = `{
      budget ${everyField('Budget', [])}
      viewer { id kind issuer roles can(action: readEstate, resource: "/subscriptions/${NOWHERE}") { allowed because policies } }
      subscriptions ${everyField('AzureSubscription', ['resourceGroups'])}
      resourceGroups ${everyField('ResourceGroup', ['subscription'])}
      resourceGroup(name: "MC_rg-aks-prod_aks-prod_eastus") ${everyField('ResourceGroup', [])}
      secret(name: "SampleSecret") ${everyField('Secret', [])}
      secrets ${everyField('SecretProperties', [])}
      resources(first: 1000) ${everyField('ResourceConnection', ['edges'])}
      resource(id: "${CLUSTER}") { ${fragment('ManagedCluster', UP)} related ${everyField('RelatedConnection', [])} }
      node(id: "${CLUSTER}") { id }
      nodes(ids: ["${CLUSTER}"]) { id }
      secretsExpiring(before: "2100-01-01T00:00:00Z", vaults: ["contoso-vault", "contoso-legacy"])
        ${everyField('SecretsExpiringConnection', [])}
    }`;
    const { data, errors } = await ask(query);
    assert.equal(errors, undefined);
    assert.deepEqual(Object.keys(data).sort(), Object.keys(object('Query').getFields()).sort());
    assert.deepEqual(neverAnswered(data), []);
  });
});

const [{ subscriptionId: PRODUCTION } = { subscriptionId: '' }] = contoso().subscriptions;
const CLUSTER = `/subscriptions/${PRODUCTION}/resourceGroups/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod`;
const LARGE = { MAX_TOKENS: '10000', MAX_ALIASES: '2000' };
const NOWHERE = '00000000-0000-0000-0000-000000000000';

/** Properties that answer each field of a type of the table by its path there. */
function propertiesOf(type: string, fields: Readonly<Record<string, string>>): Bag {
  const root: Bag = {};
  for (const [field, path] of Object.entries(fields)) {
    const answer = getNamedType(object(type).getFields()[field]?.type) ?? assert.fail(`${type}.${field}`);
    const steps = parsePath(path);
    steps.reduce<Bag>((holder, step, nth) => {
      const isLast = nth === steps.length - 1;
      const below = typeof steps[nth + 1] === 'number' ? [] : {};
      holder[step] ??= isLast ? (EXAMPLES[answer.name] ?? 'something') : below;
      return holder[step] as Bag;
    }, root);
  }
  return root;
}

type Bag = { [name: string]: Json };
type Json = NonNullable<World['resources'][number]['properties']>[string];

const EXAMPLES: Record<string, Json> = { Boolean: true, DateTime: '2026-01-02T03:04:05Z', Float: 1, Int: 1 };

type Described = { name: string; description?: string | null; args?: readonly Described[] };

const object = (name: string): GraphQLObjectType => {
  const type = schema.getType(name);
  assert.ok(isObjectType(type), name);
  return type;
};

/** The selection of all fields of a type and of the objects below, but for those that lead back up. */
function everyField(type: string, path: readonly string[], prefix = ''): string {
  const fields = Object.values(object(type).getFields()).flatMap(({ name, type: of }) => {
    const below = getNamedType(of);
    const field = `${prefix && `${prefix}_${name}: `}${name}${ARGUMENTS[name] ?? ''}`;
    if (isLeafType(below)) return [field];
    if (path.includes(name)) return [];
    const further = [...path, ...UP];
    if (isObjectType(below)) return [`${field} ${everyField(below.name, further)}`];
    const types = schema.getPossibleTypes(below as GraphQLInterfaceType);
    return [`${field} { __typename ${types.map((each) => fragment(each.name, further)).join(' ')} }`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

// What leads back up, or on to another resource.
const UP = ['resourceGroups', 'resourceGroup', 'subscription', 'resources', 'related', 'secrets', 'nodes', 'value'];
const ARGUMENTS: Record<string, string> = { facets: '(by: TYPE)' };

// Nullable in one type and not in the other, which one selection may not mix: each has names of its own.
const fragment = (type: string, path: readonly string[]): string => `... on ${type} ${everyField(type, path, type)}`;

/** `Type.field` for each field that is null in every record of the answer. */
function neverAnswered(data: unknown): string[] {
  const seen = new Map<string, boolean>();
  visit(data);
  return [...seen].filter(([, isAnswered]) => !isAnswered).map(([field]) => field);

  function visit(value: unknown): void {
    if (Array.isArray(value)) value.forEach(visit);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return;
    const { __typename = 'Query', ...record } = value as Record<string, unknown>;
    // A resource's fields have its type before their names: what no type answers is never answered.
    const isResource = schema
      .getImplementations(anInterface('Resource'))
      .objects.some(({ name }) => name === __typename);
    for (const [field, each] of Object.entries(record)) {
      const name = field.replace(`${__typename}_`, '');
      const isShared = isResource && Object.hasOwn(anInterface('Resource').getFields(), name);
      const key = `${isShared ? 'Resource' : __typename}.${name}`;
      seen.set(key, (seen.get(key) ?? false) || each !== null);
      // What is JSON has no type of its own.
      if (name !== 'properties') visit(each);
    }
  }
}

function anInterface(name: string): GraphQLInterfaceType {
  const type = schema.getType(name);
  assert.ok(isInterfaceType(type), name);
  return type;
}
