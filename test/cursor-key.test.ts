import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { checkRelated } from '../src/azure/related/page.ts';
import { checkBelow, type Level } from '../src/azure/resource-graph/asked.ts';
import type { ResourceOrder } from '../src/azure/resource-graph/order.ts';
import { codes, gatewayOver } from './support/gateway.ts';

const [PRODUCTION] = contoso().subscriptions.map(({ subscriptionId }) => subscriptionId);
const GROUP = `/subscriptions/${PRODUCTION}/resourceGroups/rg-shared-prod`;
const MACHINE = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm-jump-prod`;
const MACHINE_ID = MACHINE.toLowerCase();

const ORDERS: readonly ResourceOrder[] = (['ID', 'NAME', 'TYPE', 'LOCATION'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);
const written = ({ field, direction }: ResourceOrder) => `orderBy: { field: ${field}, direction: ${direction} }`;

/** What Azure's own rules for names let through, or its resources have all the same. */
const ODD_NAMES = [
  "it's",
  'a | union b',
  '100%',
  'Straße (1)',
  '\u212Aelvin',
  'İ',
  'ΟΔΟΣ',
  'ผู้ใช้',
  '{"a":[1]}',
  '😀',
  'a.',
  '#1',
];

describe('the key of a cursor', () => {
  for (const orderBy of ORDERS) {
    it(`is taken wherever the gateway wrote it: ${written(orderBy)}`, async () => {
      const { ask, azure } = await gatewayOver();
      for (const name of ODD_NAMES)
        azure.putResource({ id: `${GROUP}/providers/Microsoft.Web/sites/${name}`, location: '' });
      const page = `resources(first: 1000, ${written(orderBy)}) { edges { cursor } }`;
      const { data, errors } = await ask(
        `{ estate: ${page} subscriptions { ${page} } resourceGroups { ${page} } node(id: "${GROUP}") { ... on ResourceGroup { ${page} } } }`,
      );
      assert.equal(errors, undefined);
      const estate = cursorsIn([{ resources: data.estate }]);
      assert.ok(estate.length > ODD_NAMES.length);
      const take = (level: Level) => (after: string) => checkBelow({ orderBy, first: 1, after }, 0, level, undefined);
      estate.forEach(take('estate'));
      cursorsIn(data.subscriptions).forEach(take('subscription'));
      cursorsIn([...data.resourceGroups, data.node]).forEach(take('group'));
    });
  }

  for (const direction of ['OUT', 'IN'] as const) {
    it(`is taken wherever the gateway wrote it: related, ${direction}`, async () => {
      const { ask } = await gatewayOver();
      const { data, errors } = await ask(
        `{ resources(first: 1000) { nodes { related(direction: ${direction}) { edges { cursor targetId } } } } }`,
      );
      assert.equal(errors, undefined);
      const edges = (data.resources.nodes as { related: Edges }[]).flatMap(({ related }) => related.edges);
      assert.ok(edges.length > 10);
      assert.equal(
        edges.some(({ targetId }) => targetId?.startsWith('https:')),
        direction === 'OUT',
      );
      for (const { cursor } of edges) checkRelated({ direction, first: 1, after: cursor }, undefined);
    });
  }

  const badIds: Readonly<Record<string, string>> = {
    'no id': 'zzz',
    'an empty text': '',
    'an id in upper case': MACHINE_ID.toUpperCase(),
    'an id as it is written': MACHINE,
    'an id with a slash behind it': `${MACHINE_ID}/`,
    'an id with a control character': `${MACHINE_ID}\u0000`,
    'an id with the end of a line': `${MACHINE_ID}\n`,
    'an id with half a character': `${MACHINE_ID}\uD800`,
    'an id without a name': MACHINE_ID.replace(/\/[^/]+$/, ''),
    'an id of no subscription': MACHINE_ID.replace(`${PRODUCTION}`, 'production'),
    'a piece of a query': "a' | union x //",
  };
  for (const [what, id] of Object.entries(badIds)) {
    it(`that is ${what} makes no cursor, and no call`, async () => {
      for (const [query, keyOf] of Object.values(PLACES)) assert.deepEqual(await costOf(query, keyOf(id)), REFUSED);
    });
  }

  const badKeys: readonly (readonly [string, ResourceOrder['field'], string])[] = [
    ['another id', 'ID', `${MACHINE_ID}-2`],
    ['no name', 'NAME', ''],
    ['a name in upper case', 'NAME', 'VM-JUMP-PROD'],
    ['a name with a control character', 'NAME', 'vm\u0007'],
    ['no type', 'TYPE', 'disks'],
    ['a type in upper case', 'TYPE', 'Microsoft.Compute/disks'],
    ['a region in upper case', 'LOCATION', 'EastUS'],
    ['a region with the end of a line', 'LOCATION', 'eastus\n'],
  ];
  for (const [what, field, key] of badKeys) {
    it(`that is ${what} where the order is by ${field} makes no cursor, and no call`, async () => {
      assert.deepEqual(await costOf(byField(field), [key, MACHINE_ID]), REFUSED);
    });
  }

  it('may be that of what is no longer there, its name not the last of its id', async () => {
    assert.deepEqual(await costOf(byField('ID'), [`${MACHINE_ID}-2`, `${MACHINE_ID}-2`]), [[], ['resource-graph']]);
    assert.deepEqual(await costOf(byField('NAME'), ['site/slot', `${MACHINE_ID}/slots/slot`]), [
      [],
      ['resource-graph'],
    ]);
  });
});

type Edges = { readonly edges: readonly { readonly cursor: string; readonly targetId?: string }[] };
type Query = (args: string) => string;

const REFUSED = [['BAD_USER_INPUT'], []];

const cursorsIn = (parents: readonly { readonly resources: Edges }[]): readonly string[] =>
  parents.flatMap(({ resources }) => resources.edges.map(({ cursor }) => cursor));

const byField =
  (field: ResourceOrder['field']): Query =>
  (args) =>
    `{ resources(${written({ field, direction: 'DESC' })} ${args}) { edges { cursor } } }`;

/** Where a cursor may stand, and the key that it has there for an id. */
const PLACES: Readonly<Record<string, readonly [Query, (id: string) => readonly string[]]>> = {
  estate: [byField('ID'), (id) => [id, id]],
  'by another order': [byField('NAME'), (id) => ['vm-jump-prod', id]],
  group: [
    (args) => `{ resourceGroup(name: "rg-shared-prod") { resources(${args}) { edges { cursor } } } }`,
    (id) => [id, id],
  ],
  related: [(args) => `{ resource(id: "${MACHINE}") { related(${args}) { edges { cursor } } } }`, (id) => [id]],
};

/** Asks for the page behind this key: the codes of the answer, and what was called for it. */
async function costOf(query: Query, key: readonly string[]) {
  const { ask, upstream } = await gatewayOver();
  const { data } = await ask(query('first: 1'));
  const [{ cursor }] = (data.resources ?? data.resourceGroup?.resources ?? data.resource.related).edges;
  const before = upstream().length;
  const [version, kind, of] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  const after = Buffer.from(JSON.stringify([version, kind, of, ...key])).toString('base64url');
  return [codes(await ask(query(`first: 2 after: "${after}"`))), upstream().slice(before)];
}
