import { parseArgs } from 'node:util';
import { economy } from './economy.ts';
import { estate } from './estate.ts';
import { latency } from './latency.ts';
import { draw, isPicture } from './picture.ts';
import { policy } from './policy.ts';
import { replica } from './replica.ts';
import { schema } from './schema.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

/**
 * Every figure that the documentation quotes, as ratios measured in one run; with names, those alone: `npm run bench throughput`.
 * `--write` puts the pictures of a run in `docs/performance/`: `npm run bench -- --write`.
 */
const FIGURES: Readonly<Record<string, () => unknown>> = {
  start,
  schema,
  policy,
  replica,
  throughput,
  latency,
  economy,
  estate,
};

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean', default: false } },
});
const unknown = names.filter((name) => !Object.hasOwn(FIGURES, name));
if (unknown.length > 0) throw new Error(`${unknown.join()} is none of ${Object.keys(FIGURES).join(', ')}.`);
for (const [name, print] of Object.entries(FIGURES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const picture = await print();
  if (values.write && isPicture(picture)) draw(picture);
}
