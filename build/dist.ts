import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import gateway from '../package.json' with { type: 'json' };
import { pack } from '../src/graphql/explorer/pack.ts';
import { bundle } from './bundle.ts';
import { checkLicences, licenceTexts } from './licence.ts';
import { type Package, packagesOf, packagesOfBundle } from './packages.ts';
import { billOfMaterials } from './sbom.ts';

const WASM = 'node_modules/@cedar-policy/cedar-wasm/nodejs/cedar_wasm_bg.wasm';
const GRAPHIQL = '@graphql-yoga/render-graphiql';

/** Writes all of the build to `folder`, and gives back which packages are in it. Throws ForbiddenError for one that may not be. */
export async function createDist(
  folder: string,
  options: { readonly explorer: boolean },
): Promise<{ packages: readonly Package[] }> {
  const { files, legalComments, metafile } = await bundle(options);
  const explorer = options.explorer ? packagesOf([GRAPHIQL]) : [];
  const packages = [...packagesOfBundle(metafile), ...explorer];
  checkLicences(packages);
  const bill = await billOfMaterials(metafile, explorer);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
  // Cedar reads it from beside its code.
  cpSync(WASM, join(folder, 'cedar_wasm_bg.wasm'));
  if (options.explorer) await writeExplorer(join(folder, 'explorer'));
  writeFileSync(join(folder, 'sbom.cdx.json'), bill);
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), licenceTexts(packages, legalComments));
  writeFileSync(join(folder, 'LICENSE'), readFileSync('LICENSE'));
  const { name, version, license } = gateway;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, type: 'module' })}\n`);
  return { packages };
}

async function writeExplorer(folder: string): Promise<void> {
  mkdirSync(folder);
  for (const { file, gzipped } of await pack()) writeFileSync(join(folder, `${file}.gz`), gzipped);
}
