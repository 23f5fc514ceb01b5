import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

// Asked for by `require` too, it would be in the bundle once more, in its CommonJS form.
const AS_MODULE = /^(?:@opentelemetry\/api|@whatwg-node\/(?:node-fetch|promise-helpers|disposablestack))$/;
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

/** npm installs one version of a package in several places where another is between them: the bundle has it once. */
export function oneCopy(): Plugin {
  const twins = twinsOf(JSON.parse(readFileSync('package-lock.json', 'utf8')).packages);
  return {
    name: 'one-copy',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, namespace, pluginData }) => {
        if (pluginData === RESOLVED) return undefined;
        const asked = AS_MODULE.test(path) ? 'import-statement' : kind;
        const options = { kind: asked, importer, resolveDir, namespace, pluginData: RESOLVED };
        const { path: found, sideEffects } = await build.resolve(path, options);
        const file = relative('.', found);
        const folder = PACKAGE.exec(file)?.[0] ?? '';
        const twin = twins.get(folder);
        if (twin !== undefined) return { path: resolve(twin + file.slice(folder.length)), sideEffects };
        return asked === kind ? undefined : { path: found, sideEffects };
      });
    },
  };
}

const RESOLVED = Symbol('resolved');

/** For each folder that holds what another holds too: that other, the same for all of them. */
function twinsOf(locked: Readonly<Record<string, { version?: string }>>): ReadonlyMap<string, string> {
  const folders = Object.keys(locked).filter((folder) => folder !== '');
  const groups = Map.groupBy(folders, (folder) => `${folder.split('node_modules/').at(-1)}@${locked[folder]?.version}`);
  const pairs = [...groups.values()].flatMap((group) => {
    const [first = '', ...others] = group.toSorted((one, other) => one.length - other.length || (one < other ? -1 : 1));
    return others.map((folder): [string, string] => [folder, first]);
  });
  return new Map(pairs);
}
