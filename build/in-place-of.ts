import { createHash } from 'node:crypto';
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
const WASM = 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm';
const COMPILED = 'new WebAssembly.Module(wasmBytes)';

/** The modules that are others in the build than in development, because their files are elsewhere there, or ready made. */
export function inPlaceOf(options: { readonly explorer: boolean }): Plugin {
  const modules = new Map(
    Object.entries({
      'package.json': `export default ${JSON.stringify({ name: gateway.name, version: gateway.version })};`,
      [CEDAR]: cedar(),
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

/** The name of the file that keeps the machine code of Cedar: another Cedar's is not read. */
export function machineCodeOf(): string {
  return `cedar-${createHash('sha256').update(readFileSync(WASM)).digest('hex').slice(0, 16)}.bin`;
}

function cedar(): string {
  const code = readFileSync(CEDAR, 'utf8');
  if (!code.includes(COMPILED)) throw new Error(`${CEDAR} has no ${COMPILED}: see how it compiles its wasm now.`);
  const kept = `\`\${__dirname}/../warm/${machineCodeOf()}\``;
  return code.replace(COMPILED, `require('./build/machine-code.ts').compiled(wasmBytes, ${kept})`);
}
