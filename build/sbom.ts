import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import type { Package } from './packages.ts';

const TOOL = 'node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js';
const FLAGS = ['--validate', '--output-reproducible', '--spec-version', '1.6'];

/** A valid CycloneDX bill of what is in the bundle, and of the `others` whose files lie beside it. The same for the same. */
export async function billOfMaterials(metafile: Metafile, others: readonly Package[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-sbom-'));
  try {
    const [input, output] = [join(folder, 'metafile.json'), join(folder, 'sbom.json')];
    writeFileSync(input, JSON.stringify(listed(metafile, others)));
    await promisify(execFile)(process.execPath, [TOOL, ...FLAGS, '--output-file', output, input]);
    return readFileSync(output, 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The tool lists what has bytes in an output; what we put in the place of a package is none.
function listed({ inputs, outputs }: Metafile, others: readonly Package[]): Metafile {
  const beside = others.map(({ folder }) => `${folder}/package.json`);
  const [anOutput = ''] = Object.keys(outputs).toSorted();
  const real = <Value>(files: Record<string, Value>) =>
    Object.entries(files).filter(([file]) => !/^(?:unused|silent):/.test(file));
  const added = <Value>(value: Value) => beside.map((file): [string, Value] => [file, value]);
  return {
    inputs: Object.fromEntries([...real(inputs), ...added({ bytes: 1, imports: [] })]),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => {
        const extra = name === anOutput ? added({ bytesInOutput: 1 }) : [];
        return [name, { ...output, inputs: Object.fromEntries([...real(output.inputs), ...extra]) }];
      }),
    ),
  };
}
