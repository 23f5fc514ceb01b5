import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../../emulator/contoso.ts';
import { codes, gatewayOver } from '../support/gateway.ts';

const NIC = 'Microsoft.Network/networkInterfaces';
const ADDRESS = 'Microsoft.Network/publicIPAddresses';
const related = (type: string, below = '') =>
  `related(types: ["${type}"]) { edges { targetId node { id ... on Resource { name ${below} } } } }`;
const QUERY = `{
  resources(where: { types: ["Microsoft.Compute/virtualMachines"], name: { contains: "fleet" } }, first: 1000) {
    nodes { id ${related(NIC, related(ADDRESS, related(NIC)))} }
  }
}`;

describe('three levels of related over 200 machines', () => {
  it('cost one Resource Graph call a level and hundred ids', async () => {
    const world = contoso({ subscriptions: 1, groupsPerSubscription: 100, resources: 1000 });
    const { ask, upstream } = await gatewayOver({ world });
    const answer = await ask(QUERY);
    const machines: Related[] = answer.data.resources.nodes;
    const [nics, addresses, back] = [below(machines), below(below(machines)), below(below(below(machines)))];
    assert.deepEqual(codes(answer), []);
    assert.deepEqual([machines, nics, addresses, back].map(sizeOf), [200, 200, 200, 200]);
    // The last level's ids are of the interfaces' configurations, which Resource Graph does not hold: two ids to look for each.
    const calls = 1 + 200 / 100 + 200 / 100 + (2 * 200) / 100;
    assert.deepEqual(upstream(), ['imds', ...Array.from({ length: calls }, () => 'resource-graph')]);
  });
});

describe('what leads to a thousand interfaces of a large estate', () => {
  it('is found by a search for each hundred, and a lookup for each hundred configurations that their addresses name', async () => {
    const world = contoso({ subscriptions: 40, groupsPerSubscription: 980, resources: 50_000 });
    const { ask, upstream } = await gatewayOver({ world, resourceGraphQuota: 1000 });
    const where = `where: { types: ["${NIC}"], name: { contains: "fleet" } }`;
    const back = 'related(direction: IN) { edges { node { ... on Resource { name } } } }';
    const { data, errors } = await ask(`{ resources(${where}, first: 1000) { nodes { name ${back} } } }`);
    assert.equal(errors, undefined);
    const nodes: readonly Named[] = data.resources.nodes;
    const found = nodes.map(({ related: { edges } }) => edges.map(({ node }) => node.name).toSorted());
    const number = (name: string) => name.slice('nic'.length);
    assert.deepEqual(
      found,
      nodes.map(({ name }) => [`pip${number(name)}`, `vm${number(name)}`]),
    );
    const calls = 1 + 1000 / 100 + 1000 / 100;
    assert.deepEqual(upstream(), ['imds', ...Array.from({ length: calls }, () => 'resource-graph')]);
  });
});

interface Named {
  readonly name: string;
  readonly related: { readonly edges: readonly { readonly node: { readonly name: string } }[] };
}

interface Related {
  readonly id: string;
  readonly related?: { readonly edges: readonly { readonly node: Related }[] };
}

const below = (nodes: readonly Related[]): Related[] =>
  nodes.flatMap(({ related: { edges } = { edges: [] } }) => edges.map(({ node }) => node));

const sizeOf = (nodes: readonly Related[]): number => new Set(nodes.map(({ id }) => id)).size;
