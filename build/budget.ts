import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { filesOf } from './hash.ts';

/** Thrown with each budget that is overrun. */
export class BudgetError extends Error {}

interface Part {
  readonly name: string;
  readonly has: RegExp;
  readonly most?: { readonly raw?: number; readonly compressed: number };
}

// In bytes, as pulled: layers are compressed by gzip.
const PARTS: readonly Part[] = [
  { name: 'JavaScript', has: /\.js$/, most: { raw: 1_500_000, compressed: 400_000 } },
  { name: "Cedar's wasm", has: /\.wasm$/, most: { compressed: 1_500_000 } },
  { name: "GraphiQL's files", has: /^explorer\//, most: { compressed: 2_500_000 } },
  { name: 'licences, bill of materials', has: /\.(txt|json)$|^LICENSE$/ },
  { name: 'all: the app layer', has: /./, most: { compressed: 4_600_000 } },
];

/** A line for each part of the build, with its budget. Throws BudgetError that names those overrun. */
export function measure(folder: string): string[] {
  const files = filesOf(folder).map((name) => sizesOf(folder, name));
  const rows = PARTS.map((part) => {
    const own = files.filter(({ name }) => part.has.test(name));
    return {
      part,
      files: own.length,
      raw: sum(own.map(({ raw }) => raw)),
      compressed: sum(own.map((file) => file.compressed)),
    };
  });
  const over = rows.flatMap(({ part: { name, most }, raw, compressed }) => [
    ...(most?.raw && raw > most.raw ? [`${name}: ${raw} bytes of ${most.raw}`] : []),
    ...(most && compressed > most.compressed ? [`${name}: ${compressed} bytes of ${most.compressed} compressed`] : []),
  ]);
  if (over.length > 0) throw new BudgetError(`Over budget: ${over.join('; ')}.\n${heaviest(files)}`);
  return rows.map(({ part: { name, most }, files, raw, compressed }) =>
    [
      name.padEnd(28),
      `${files} files`.padStart(9),
      of(raw, most?.raw).padStart(21),
      `${of(compressed, most?.compressed)} gzip`.padStart(28),
    ].join(''),
  );
}

interface Sizes {
  readonly name: string;
  readonly raw: number;
  readonly compressed: number;
}

function sizesOf(folder: string, name: string): Sizes {
  const contents = readFileSync(join(folder, name));
  return { name, raw: contents.length, compressed: gzipSync(contents).length };
}

function heaviest(files: readonly Sizes[]): string {
  const sorted = files.toSorted((one, other) => other.compressed - one.compressed).slice(0, 10);
  return sorted.map(({ name, raw, compressed }) => `  ${name}: ${raw}, ${compressed} compressed`).join('\n');
}

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);

const of = (bytes: number, most: number | undefined): string =>
  `${megabytes(bytes)}${most === undefined ? '' : ` of ${megabytes(most)}`} MB`;

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
