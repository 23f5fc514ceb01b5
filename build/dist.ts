import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import gateway from '../package.json' with { type: 'json' };
import { pack } from '../src/graphql/explorer/pack.ts';
import type { Asset } from '../src/graphql/explorer/packer.ts';
import { bundle } from './bundle.ts';
import { checkLicences, licenceTexts } from './licence.ts';
import { type Package, packagesOf, packagesOfBundle } from './packages.ts';
import { billOfMaterials } from './sbom.ts';
import { cratesOf, legalCommentsIn, partsOfExplorer, type Within } from './within.ts';

const CEDAR = '@cedar-policy/cedar-wasm';
const WASM = `node_modules/${CEDAR}/nodejs/cedar_wasm_bg.wasm`;
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
  const assets = options.explorer ? await pack() : [];
  const texts = assets.map(({ gzipped }) => gunzipSync(gzipped).toString('utf8'));
  const within: Within[] = [{ name: CEDAR, kind: 'cargo', parts: cratesOf(readFileSync(WASM)) }];
  if (options.explorer) within.push({ name: GRAPHIQL, kind: 'npm', parts: partsOfExplorer(texts) });
  const bill = await billOfMaterials(metafile, explorer, within);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, contents } of files) writeFileSync(join(folder, name), contents);
  // Cedar reads it from beside its code.
  cpSync(WASM, join(folder, 'cedar_wasm_bg.wasm'));
  if (options.explorer) writeExplorer(join(folder, 'explorer'), assets);
  writeFileSync(join(folder, 'sbom.cdx.json'), bill);
  writeFileSync(
    join(folder, 'THIRD-PARTY-LICENSES.txt'),
    licenceTexts(packages, within, [...legalComments, ...legalCommentsIn(texts)]),
  );
  writeFileSync(join(folder, 'LICENSE'), readFileSync('LICENSE'));
  const { name, version, license } = gateway;
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, type: 'module' })}\n`);
  return { packages };
}

function writeExplorer(folder: string, assets: readonly Asset[]): void {
  mkdirSync(folder);
  for (const { file, gzipped } of assets) writeFileSync(join(folder, `${file}.gz`), gzipped);
}
