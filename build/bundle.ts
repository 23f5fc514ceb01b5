import { basename } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { fromNode } from './from-node.ts';
import { inPlaceOf } from './in-place-of.ts';
import { oneCopy } from './one-copy.ts';

/** Where the program begins, and how what is built of it is started in its folder: as the Dockerfile's ENTRYPOINT and CMD do. */
export const ENTRY = 'src/cli.ts';
export const STARTED_BY = ['cli.js', 'start'] as const;

// Some packages are CommonJS in an ES module: they `require` Node's own modules, and Cedar asks where it is.
const COMMON_JS =
  'const require=process.getBuiltinModule("node:module").createRequire(import.meta.url),__dirname=import.meta.dirname;';

export interface Bundle {
  readonly files: readonly { readonly name: string; readonly contents: Uint8Array }[];
  /** What authors asked to be kept with their code. */
  readonly legalComments: readonly string[];
  readonly metafile: Metafile;
}

/** The program in one file, but for what is imported only when it is needed: that is in files of its own. Writes nothing. */
export async function bundle(options: { readonly explorer: boolean }): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [ENTRY],
    ...{ bundle: true, splitting: true, minify: true, write: false, metafile: true, logLevel: 'warning' },
    ...{ platform: 'node', target: 'node24', format: 'esm' },
    // Many packages hold themselves twice, and `module` is the one of which unused parts can be left out.
    mainFields: ['module', 'main'],
    legalComments: 'external',
    define: { 'globalThis.Request': 'undefined' },
    banner: { js: COMMON_JS },
    outdir: 'dist',
    plugins: [inPlaceOf(options), oneCopy()],
  });
  const [legal, code] = [outputFiles.filter(isLegal), outputFiles.filter((file) => !isLegal(file))];
  return {
    files: code.map(({ path, text }) => ({ name: basename(path), contents: Buffer.from(fromNode(text)) })),
    legalComments: legal.toSorted(byPath).map(({ text }) => text.trim()),
    metafile,
  };
}

type File = { readonly path: string };
const isLegal = ({ path }: File): boolean => path.endsWith('.LEGAL.txt');
const byPath = (one: File, other: File): number => (one.path < other.path ? -1 : 1);
