import { ConfigError } from '../src/config.ts';

/** In a build without GraphiQL, in the place of src/graphql/explorer.ts: says at the start that there is none. */
export function createExplorer(): never {
  throw new ConfigError([
    'EXPLORER is on (the default where HOST is loopback), and this build holds no GraphiQL: set EXPLORER=off, or build it with --explorer on.',
  ]);
}
