import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contoso } from '../emulator/contoso.ts';
import type { Columns } from '../src/azure/resource-graph/column.ts';
import { facetPlan } from '../src/azure/resource-graph/facet.ts';
import { conditionOf, type ResourceFilter } from '../src/azure/resource-graph/filter.ts';
import { kql } from '../src/azure/resource-graph/kql.ts';
import { after, type ResourceOrder } from '../src/azure/resource-graph/order.ts';
import { resourcesQuery } from '../src/azure/resource-graph/query.ts';
import { boundsOf } from '../src/azure/resource-graph/scope.ts';
import { parseResourceId } from '../src/azure/resource-id.ts';
import { GatewayError } from '../src/errors.ts';
import { gatewayOver } from './support/gateway.ts';
import { diagnosticsOf, languageOf, literalsOf, unbuiltIn } from './support/kusto.ts';
import { queriesTo } from './support/resource-graph.ts';
import language from './support/resource-graph-language.json' with { type: 'json' };

const RUNS = { numRuns: 60, seed: 4711 };
const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555';

const SQL = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Sql/servers/sql/databases`;

const codePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));

// What would end a literal, a comment or the query, beside whatever else there is.
const hostile = fc.oneof(
  fc.constantFrom(
    "'",
    "' or true //",
    '\\',
    "\\'",
    '"',
    '| take 1',
    '/* */',
    '\n',
    'a\u2028b',
    "']; Resources",
    '@"x"',
    '`',
  ),
  fc.string({ maxLength: 20, unit: codePoint }),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });
const filter = fc.letrec<{ filter: ResourceFilter }>((tie) => ({
  filter: fc.record({
    types: maybe(fc.constant(['Microsoft.Compute/disks', 'a.b/c'])),
    locations: maybe(fc.constant(['East US'])),
    subscriptionIds: maybe(fc.constant([SUBSCRIPTION])),
    resourceGroups: maybe(fc.constant(['rg-a', 'rg-(b)'])),
    name: maybe(fc.record({ equals: maybe(hostile), contains: maybe(hostile), startsWith: maybe(hostile) })),
    tag: maybe(fc.record({ key: hostile, equals: maybe(hostile), exists: maybe(fc.boolean()) })),
    changedSince: maybe(fc.constant(new Date())),
    and: maybe(fc.array(tie('filter'), { minLength: 1, maxLength: 2 })),
    not: maybe(tie('filter')),
  }),
})).filter;
const order = fc.record<ResourceOrder>({
  field: fc.constantFrom('ID', 'NAME', 'TYPE', 'LOCATION'),
  direction: fc.constantFrom('ASC', 'DESC'),
});
const BY_ID: ResourceOrder = { field: 'ID', direction: 'ASC' };
const columns: Columns = {
  named: new Set(['kind', 'location', 'tags', 'sku', 'managedBy', 'identity', 'properties', 'changedAt'] as const),
  paths: new Set(["a['b.c'][0]", "title['it\\'s']", 'kind.of.first']),
};
const SCOPE = {
  ...{ key: '', isEmpty: false, elsewhere: { groups: { allBut: [] } } },
  named: new Map([[SUBSCRIPTION, { groups: { only: ["rg-'quoted'", 'b'] } }]]),
  groupsOf: () => ({ allBut: ['c'] }),
  includesGroup: () => true,
  includesSubscription: () => true,
};

describe("every query that the gateway builds, by Microsoft's own Kusto engine", () => {
  it('is whole and clean, whatever a filter, a tag or a cursor holds', () => {
    fc.assert(
      fc.property(filter, order, hostile, hostile, (where, by, key, tag) => {
        const query = built(where, by, key, tag);
        if (query === undefined) return;
        assert.deepEqual(diagnosticsOf(query), [], query);
        assert.deepEqual(unbuiltIn(query), [], query);
      }),
      RUNS,
    );
  });

  it('is clean where it is sent: pages, levels in parts, ids, groups, what refers to them, changes, counts, rights', async () => {
    const world = contoso({ subscriptions: 1, groupsPerSubscription: 20, resources: 2200 });
    const { ask, azure } = await gatewayOver({ world, env: { AZURE_SUBSCRIPTION_ID: '' }, resourceGraphQuota: 1000 });
    const queries = queriesTo(azure);
    const everything = `where: { name: { startsWith: "a" } and: [{ tag: { key: "env" } }, { changedSince: "${new Date().toISOString()}" }] }`;
    const related = 'related { totalCount } in: related(direction: IN, types: ["a.b/c"]) { totalCount }';
    const { data, errors } = await ask(
      `{ resources(first: 3, orderBy: { field: NAME, direction: DESC }) { pageInfo { endCursor } nodes { changedAt sku { name } resourceGroup { id } properties(path: "a['it\\\\'s'][0]") ${related} } } }`,
    );
    const { endCursor } = data.resources.pageInfo;
    const later = await ask(
      `{ filtered: resources(${everything}) { totalCount }
        resources(first: 3, orderBy: { field: NAME, direction: DESC }, after: "${endCursor}") { totalCount facets(by: TAG, tag: "env") { count } }
        resourceGroups { resources(where: { not: { tag: { key: "env", exists: false } } }) { totalCount } }
        subscriptions { resources { facets(by: LOCATION) { count } } } }`,
    );
    assert.deepEqual([errors, later.errors], [undefined, undefined]);
    for (const part of ['strcmp', 'hash', 'contains', 'ResourceContainers', 'ResourceChanges', 'id in~', 'extract']) {
      assert.ok(
        queries.some((query) => query.includes(part)),
        part,
      );
    }
    for (const query of queries) assert.deepEqual([diagnosticsOf(query), unbuiltIn(query)], [[], []], query);
    // Where a policy allows all groups but some.
    const bounded = resourcesQuery({ columns, order: BY_ID, bounds: boundsOf(SCOPE)?.where ?? [] }).text;
    assert.deepEqual(languageOf([...queries, bounded]), language.built);
  });

  it("holds nothing that is not on Microsoft's page, but for what is named in docs/decisions.md", () => {
    const { built, undocumented, ...page } = language;
    const listed = [...page.operators, ...page.comparisons, ...page.functions];
    const all = [...built.operators, ...built.comparisons, ...built.functions];
    assert.deepEqual(all.filter((name) => !listed.includes(name)).toSorted(), undocumented);
    const decisions = readFileSync('docs/decisions.md', 'utf8');
    assert.deepEqual(
      undocumented.filter((name) => !decisions.includes(`\`${name}\``)),
      [],
    );
  });

  it('is whole and clean, whatever the names in ids are', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), order, (names, by) => {
        const ids = names.map((name) => `${SQL}/${name}`).filter((id) => parseResourceId(id));
        const [id] = ids;
        if (id === undefined) return;
        const texts = kql`tostring(properties) contains ${id}`;
        const { text } = resourcesQuery({ columns, order: by, bounds: [kql`id in~ ${ids}`, texts] });
        assert.deepEqual([diagnosticsOf(text), unbuiltIn(text)], [[], []], text);
        const read = literalsOf(text).filter((literal) => literal.startsWith('/subscriptions/'));
        assert.deepEqual(read, [...ids, id]);
      }),
      RUNS,
    );
  });

  it('has the same operators whatever the texts in it say', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const literal = kql`Resources | where name =~ ${text}`.text;
        assert.deepEqual(diagnosticsOf(literal), [], literal);
        assert.equal(literal.replace(/'(?:[^'\\]|\\.)*'$/u, "''"), "Resources | where name =~ ''");
      }),
      RUNS,
    );
  });
});

/** The whole query of a later page, with facets; undefined where the filter is refused before it is built. */
function built(where: ResourceFilter, by: ResourceOrder, key: string, tag: string): string | undefined {
  try {
    conditionOf(where);
    const facets = facetPlan([
      { by: 'TYPE', first: 1 },
      { by: 'TAG', tag, first: 1 },
    ]);
    const bounds = boundsOf(SCOPE)?.where ?? [];
    return resourcesQuery({ where, columns, order: by, bounds, place: [after([key, key], by)], beside: facets.columns })
      .text;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'BAD_USER_INPUT') return undefined;
    throw error;
  }
}
