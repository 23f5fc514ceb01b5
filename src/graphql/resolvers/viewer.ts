import type { Resolvers } from '../generated.ts';
import { parseResource } from '../resource-id.ts';

export const viewer: Resolvers = {
  Query: {
    viewer: (_root, _args, { caller }) => caller,
  },
  Viewer: {
    issuer: ({ issuer }) => issuer || null,
    can: (caller, { action, resource }, { policy }) => policy.decide(caller, action, parseResource(action, resource)),
  },
};
