import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import type { Package } from './packages.ts';
import type { Part, Within } from './within.ts';

const TOOL = 'node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js';
const FLAGS = ['--validate', '--output-reproducible', '--spec-version', '1.6'];

/** A CycloneDX bill of what is in the bundle, of the `others` whose files lie beside it, and of what is `within` them. The same for the same. */
export async function billOfMaterials(
  metafile: Metafile,
  others: readonly Package[],
  within: readonly Within[],
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-sbom-'));
  try {
    const [input, output] = [join(folder, 'metafile.json'), join(folder, 'sbom.json')];
    writeFileSync(input, JSON.stringify(listed(metafile, others)));
    await promisify(execFile)(process.execPath, [TOOL, ...FLAGS, '--output-file', output, input]);
    return withParts(JSON.parse(readFileSync(output, 'utf8')), within);
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

interface Component {
  readonly 'bom-ref': string;
  readonly group?: string;
  readonly name: string;
}

function withParts(bill: { readonly components: readonly Component[] }, within: readonly Within[]): string {
  const components = bill.components.map((component) => {
    const { group, name } = component;
    const inside = within.find((one) => one.name === (group ? `${group}/${name}` : name));
    return inside
      ? { ...component, components: inside.parts.map((part) => nested(part, inside.kind, component)) }
      : component;
  });
  return JSON.stringify({ ...bill, components }, undefined, 2);
}

// Absent alone, it could be taken for one that was forgotten.
const UNTOLD = { name: 'azure-graphql-gateway:version', value: 'not told by the files that hold it' };

function nested({ name, version, license }: Part, kind: Within['kind'], of: Component) {
  const [group, own] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const purl = `pkg:${kind}/${name.replace('@', '%40')}${version === undefined ? '' : `@${version}`}`;
  return {
    type: 'library',
    name: own,
    ...(group && { group }),
    ...(version !== undefined && { version }),
    'bom-ref': `${of['bom-ref']}|${purl}`,
    ...(license !== undefined && {
      licenses: [/ /.test(license) ? { expression: license } : { license: { id: license } }],
    }),
    purl,
    ...(version === undefined && { properties: [UNTOLD] }),
  };
}
