import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import gateway from '../package.json' with { type: 'json' };
import { contract } from '../src/graphql/contract.ts';

// Nothing calls them here, and so nothing in the build can sign a token: logins by certificate and by browser, log lines by way of
// another thread, bodies that are forms; what Node has itself.
const UNUSED = ['jsonwebtoken', 'open', 'thread-stream', '@fastify/busboy', 'urlpattern-polyfill'];
const REFUSING = `const refuse = () => { throw new Error('This build signs no token, opens no browser, logs in its own thread, reads no form and needs no polyfill.'); };
  export default new Proxy(refuse, { get: refuse });
  export const Busboy = refuse;`;

const CEDAR = 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm.js';
// V8 would spend 100 ms of another processor and 30 MB on making Cedar's code faster while it still starts. Set here, not on the
// command line: with other flags there, Node's own code cache does not count, which costs 20 ms.
const LATER = `require('node:v8').setFlagsFromString('--wasm-tiering-budget=130000000');`;

/** The modules that are others in the build than in development, because their files are elsewhere there, or ready made. */
export function inPlaceOf(options: { readonly explorer: boolean }): Plugin {
  const modules = new Map(
    Object.entries({
      'package.json': `export default ${JSON.stringify({ name: gateway.name, version: gateway.version })};`,
      [CEDAR]: `${LATER}${readFileSync(CEDAR, 'utf8')}`,
      'src/graphql/contract.ts': `export const contract = ${JSON.stringify(contract)};`,
      'src/graphql/explorer/pack.ts': `export { pack } from './build/packed.ts';`,
      ...(options.explorer
        ? {}
        : { 'src/graphql/explorer.ts': `export { createExplorer } from './build/no-explorer.ts';` }),
    }).map(([file, contents]) => [resolve(file), contents]),
  );
  return {
    name: 'in-place-of',
    setup(build) {
      build.onLoad({ filter: /(package\.json|cedar_wasm\.js|contract\.ts|pack\.ts|explorer\.ts)$/ }, ({ path }) => {
        const contents = modules.get(path);
        return contents === undefined ? undefined : { contents, loader: 'js', resolveDir: resolve('.') };
      });
      build.onResolve({ filter: new RegExp(`^(${UNUSED.join('|')})$`) }, ({ path }) => ({ path, namespace: 'unused' }));
      build.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: REFUSING, loader: 'js' }));
    },
  };
}
