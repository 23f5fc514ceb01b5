import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GraphQLObjectType, getNamedType } from 'graphql';
import type { Azure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import type { Bag, Json } from '../emulator/world.ts';
import { parsePath } from '../src/azure/property-path.ts';
import { REDACTED } from '../src/azure/redaction.ts';
import { RESOURCE_TYPES } from '../src/graphql/resource-types.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { gatewayOver } from './support/gateway.ts';

const [SUBSCRIPTION] = contoso().subscriptions.map(({ subscriptionId }) => subscriptionId);
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-shared-prod`;
const schema = createSchema();

/** What Azure may hold, and what it is as a text, as a flag and as a number. */
const ODD: readonly (readonly [Json, string | null, boolean | null, number | null])[] = [
  ['text', 'text', null, null],
  ['true', 'true', true, null],
  ['False', 'False', false, null],
  ['7', '7', null, 7],
  ['7.5', '7.5', null, null],
  [7, '7', null, 7],
  [-1, '-1', null, -1],
  [2.5, '2.5', null, null],
  [2_147_483_647, '2147483647', null, 2_147_483_647],
  [9_999_999_999, '9999999999', null, null],
  ['9999999999', '9999999999', null, null],
  [true, 'true', true, null],
  [{ a: 1 }, null, null, null],
  [['a'], null, null, null],
  [null, null, null, null],
];

describe('what Azure holds in the place of', () => {
  for (const [held, text, flag, number] of ODD) {
    it(`a scalar is one or null, from Resource Graph and from ARM: ${JSON.stringify(held)}`, async () => {
      const { ask, azure } = await gatewayOver();
      const ids = Object.values(RESOURCE_TYPES).map((type) => put(azure, type, held));
      const selections = Object.entries(RESOURCE_TYPES).map(
        ([type, { fields }]) => `sku { name tier capacity } id ... on ${type} { ${Object.keys(fields).join(' ')} }`,
      );
      const expected = Object.keys(RESOURCE_TYPES).map((type, nth) => ({
        ...{ sku: text === null ? null : { name: text, tier: text, capacity: number }, id: ids[nth] },
        ...ownFields(type, { text, flag, number }),
      }));
      for (const maxAge of ['', ', maxAgeSeconds: 0']) {
        const asked = ids.map((id, nth) => `n${nth}: resource(id: "${id}"${maxAge}) { ${selections[nth]} }`);
        const { data, errors } = await ask(`{ ${asked.join(' ')} }`);
        assert.equal(errors, undefined);
        assert.deepEqual(Object.values(data), expected);
      }
    });
  }

  it('a field of one type is [redacted] where that is a secret, as by its path', async () => {
    const { ask, azure } = await gatewayOver();
    for (const [type, mapping] of Object.entries(RESOURCE_TYPES)) {
      const id = put(azure, mapping, 'Server=contoso;Password=hide;');
      const fields = Object.keys(mapping.fields);
      const paths = Object.entries(mapping.fields).map(([field, path]) => `${field}: properties(path: "${path}")`);
      for (const maxAge of ['', ', maxAgeSeconds: 0']) {
        const { data, errors } = await ask(
          `{ own: resource(id: "${id}"${maxAge}) { ... on ${type} { ${fields.join(' ')} } } read: resource(id: "${id}"${maxAge}) { ${paths.join(' ')} } }`,
        );
        assert.equal(errors, undefined);
        assert.deepEqual(data.read, Object.fromEntries(fields.map((field) => [field, REDACTED])));
        assert.deepEqual(data.own, ownFields(type, { text: REDACTED, flag: null, number: null }));
      }
    }
  });

  it('a text of a group, a subscription or a secret is null, and of a tag its JSON', async () => {
    const world = contoso();
    const odd = { of: 'no text' } as never;
    for (const each of world.subscriptions) Object.assign(each, { displayName: odd, state: odd });
    for (const each of world.resourceGroups) Object.assign(each, { managedBy: odd, tags: { odd: 1, none: null } });
    const { ask } = await gatewayOver({ world });
    const { data, errors } = await ask(
      `{ subscriptions { displayName state } resourceGroup(name: "rg-shared-prod") { managedBy tags { key value } } node(id: "${GROUP}") { ... on ResourceGroup { managedBy tags { key value } } } }`,
    );
    assert.equal(errors, undefined);
    const group = {
      managedBy: null,
      tags: [
        { key: 'none', value: '' },
        { key: 'odd', value: '1' },
      ],
    };
    const [subscription] = data.subscriptions;
    assert.deepEqual([subscription, data.resourceGroup, data.node], [{ displayName: null, state: null }, group, group]);
  });
});

describe('what a vault holds in the place of a text, a flag or a time', () => {
  it('is null where it is none', async () => {
    const { ask, azure } = await gatewayOver();
    const attributes = { enabled: 'true', created: 'yesterday', updated: 'today', exp: 'soon', nbf: 'late' };
    const secret = {
      id: 'https://contoso-vault.vault.azure.net/secrets/Odd',
      contentType: 5,
      attributes,
      tags: { a: 7 },
    };
    azure.addFault({ service: 'key-vault', status: 200, body: { value: [secret], nextLink: null } });
    const fields = 'name contentType enabled createdAt updatedAt expiresAt notBefore';
    const { data, errors } = await ask(`{ secrets { ${fields} tags { value } } }`);
    assert.equal(errors, undefined);
    const nothing = {
      contentType: null,
      enabled: null,
      createdAt: null,
      updatedAt: null,
      expiresAt: null,
      notBefore: null,
    };
    assert.deepEqual(data.secrets, [{ name: 'Odd', ...nothing, tags: [{ value: '7' }] }]);
  });
});

interface Answers {
  readonly text: string | null;
  readonly flag: boolean | null;
  readonly number: number | null;
}

/** The fields of the mapping, each with the answer of its scalar in the SDL. */
function ownFields(type: string, { text, flag, number }: Answers): Readonly<Record<string, unknown>> {
  const inSdl = (schema.getType(type) as GraphQLObjectType).getFields();
  const answerOf = (field: string) => {
    const scalar = getNamedType(inSdl[field]?.type)?.name ?? assert.fail(`${type}.${field}`);
    return scalar === 'Boolean' ? flag : scalar === 'Int' ? number : text;
  };
  return Object.fromEntries(Object.keys(RESOURCE_TYPES[type]?.fields ?? {}).map((field) => [field, answerOf(field)]));
}

/** Puts a resource that holds this at every place that a field of its type is read from. */
function put(azure: Azure, { armType, fields }: (typeof RESOURCE_TYPES)[string], held: Json): string {
  const properties = Object.values(fields).reduce<Bag>((bag, path) => holding(bag, parsePath(path), held), {});
  const sku = { name: held, tier: held, capacity: held };
  return azure.putResource({ id: `${GROUP}/providers/${armType}/odd`, location: 'eastus', sku, properties }).id;
}

function holding(bag: Bag, [name = '', ...others]: readonly (string | number)[], held: Json): Bag {
  const inner = bag[name];
  const isBag = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  return { ...bag, [name]: others.length === 0 ? held : holding(isBag ? (inner as Bag) : {}, others, held) };
}
