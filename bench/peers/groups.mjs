import { readFileSync } from 'node:fs';

/** The groups that the gateway answered, for the others to answer too. */
export const groups = JSON.parse(readFileSync(process.argv[2], 'utf8'));

export const sdl = `
  type Query { resourceGroups(subscriptionId: ID, where: Filter): [ResourceGroup!] }
  input Filter { namePrefix: String }
  type ResourceGroup { id: ID! name: String! location: String! provisioningState: String managedBy: ID }
`;

export const rootValue = { resourceGroups: () => groups };

export const told = (port) => console.error(JSON.stringify({ url: `http://127.0.0.1:${port}/graphql` }));
