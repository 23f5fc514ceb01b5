import { policy } from './policy.ts';
import { replica } from './replica.ts';
import { schema } from './schema.ts';
import { start } from './start.ts';

/** Prints every figure that the documentation quotes, as ratios measured in this run. */
await start();
schema();
await policy();
await replica();
