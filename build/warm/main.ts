import { parseArgs } from 'node:util';
import { keepWarm } from '../warm.ts';

// For the Dockerfile: `root` is laid out as the image will be.
const { root = '/', user = '0' } = parseArgs({
  options: { root: { type: 'string' }, user: { type: 'string' } },
}).values;
// With the flags of the image's entry point: byte code counts with no others.
const command = [
  'chroot',
  `--userspec=${user}:${user}`,
  root,
  '/usr/bin/node',
  '--max-semi-space-size=8',
  '--max-old-space-size-percentage=40',
];
await keepWarm({ root, command, app: '/app', user: Number(user) });
process.stdout.write('warm: its machine code and its byte code count\n');
