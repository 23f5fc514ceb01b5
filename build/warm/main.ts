import { parseArgs } from 'node:util';
import { keepWarm } from '../warm.ts';

// For the Dockerfile: `root` is laid out as the image will be.
const { root = '/', user = '0' } = parseArgs({
  options: { root: { type: 'string' }, user: { type: 'string' } },
}).values;
const command = ['chroot', `--userspec=${user}:${user}`, root, '/usr/bin/node'];
await keepWarm({ root, command, app: '/app', user: Number(user) });
process.stdout.write('warm: its machine code and its byte code count\n');
