import { spawnSync } from 'node:child_process';
import { printSchema } from 'graphql';
import { contract } from '../src/graphql/contract.ts';
import { createSchema } from '../src/graphql/schema.ts';

const ROUNDS = 9;
const PROGRAM = `
const { createSchema } = await import('./src/graphql/schema.ts');
const startedAt = performance.now();
createSchema();
console.log(performance.now() - startedAt);`;

/** How large the contract is, and how long it takes a process to build it for the first time. */
export function schema(): void {
  const times = Array.from({ length: ROUNDS }, firstBuild);
  const row = (what: string, size: string) => console.log(`${what.padEnd(52)} ${size.padStart(12)}`);
  console.log(`\nThe schema, median of ${ROUNDS} processes, Node ${process.version}\n`);
  row('schema/*.graphql', kilobytes(contract.join('\n')));
  row('the same printed, as introspection gives it', kilobytes(printSchema(createSchema())));
  row('types', String(Object.keys(createSchema().getTypeMap()).filter((name) => !name.startsWith('__')).length));
  row('the first build in a process', `${median(times).toFixed(0)} ms`);
}

function firstBuild(): number {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}

const kilobytes = (text: string): string => `${(Buffer.byteLength(text) / 1024).toFixed(1)} KiB`;

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
