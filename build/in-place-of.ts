import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse, resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import gateway from '../package.json' with { type: 'json' };
import { contract } from '../src/graphql/contract.ts';

// Nothing calls them here, and so nothing in the build can sign a token: logins by certificate, by browser, by password and for
// another user; operations that Azure carries on with, of which reading has none; log lines by way of another thread or without
// parts of them; metrics of other processes and by quantiles; Yoga's way in and out, with a fetch of its own and a page for who asks
// without a query.
const UNUSED_PACKAGES = [
  ...['jsonwebtoken', 'open', '@azure/core-lro', 'thread-stream', '@pinojs/redact', 'tdigest'],
  '@whatwg-node/fetch',
];
const UNUSED_FILES = [
  '@azure/msal-node/dist/client/(?:OnBehalfOf|DeviceCode|UsernamePassword|UserFederatedIdentityCredential)Client.mjs',
  '@azure/msal-node/dist/client/PublicClientApplication.mjs',
  '@azure/msal-node/dist/network/LoopbackClient.mjs',
  'prom-client/lib/(?:cluster|pushgateway).js',
  'graphql-yoga/esm/landing-page-html.js',
];
// Some classes extend what is refused, though nobody makes one.
const REFUSE = `function refuse() { throw new Error('Of what does this, the build holds nothing: see build/in-place-of.ts.'); }`;
// esbuild hands on a module's own names and its prototype: whatever is asked of it is refused by the latter.
const REFUSING = `${REFUSE} module.exports = Object.setPrototypeOf(refuse, new Proxy({}, { get: () => refuse }));`;
// It would write what it is told to standard error where DEBUG says so: a proxy's password, for one.
const SILENT = 'module.exports = () => () => {};';
// pino-pretty brings along a newer one, of which it uses nothing that pino's has not.
const SAME = ['sonic-boom'];

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
      build.onResolve({ filter: new RegExp(`^(?:${UNUSED_PACKAGES.join('|')})$`) }, ({ path }) => ({
        path,
        namespace: 'unused',
      }));
      build.onResolve({ filter: /^debug$/ }, ({ path }) => ({ path, namespace: 'silent' }));
      build.onResolve({ filter: new RegExp(`^(?:${SAME.join('|')})$`) }, ({ path }) => ({
        path: createRequire(import.meta.url).resolve(path),
      }));
      build.onLoad({ filter: new RegExp(`/node_modules/(?:${UNUSED_FILES.join('|')})$`) }, ({ path }) => ({
        // Each exports what it is named after, or one thing by default.
        contents: `${REFUSE} export { refuse as '${parse(path).name}', refuse as default };`,
        loader: 'js',
      }));
      build.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: REFUSING, loader: 'js' }));
      build.onLoad({ filter: /./, namespace: 'silent' }, () => ({ contents: SILENT, loader: 'js' }));
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
