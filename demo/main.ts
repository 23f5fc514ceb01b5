import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import { signIn } from './callers.ts';
import { changeSome } from './changes.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { watching } from './policy.ts';
import { attempt, operation, welcome } from './text.ts';

const azure = createAzure();
changeSome(azure.world);
const network = await listen(azure);
await appendFile(new Map(network.exports).get('ACCESS_POLICY') ?? '', watching(azure.world));
let shown = 0;
let gateway: Gateway | undefined;

// Not once: a terminal's Ctrl-C comes a second time from npm, and would end the process while it cleans up.
const stopAsked = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, resolve);
});
try {
  gateway = await startGateway(network.exports, (line) => {
    if (line.event === 'access') process.stdout.write(attempt(line));
    if (line.event !== 'operation') return;
    process.stdout.write(operation(line, azure.calls.slice(shown)));
    shown = azure.calls.length;
  });
  const callers = await signIn(azure);
  shown = azure.calls.length;
  process.stdout.write(welcome(gateway.url, callers));
  const ended = once(gateway.process, 'exit').then(([code]) => `The gateway stopped by itself with exit code ${code}.`);
  const complaint = await Promise.race([stopAsked.then(() => undefined), ended]);
  if (complaint) throw new Error(complaint);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await stop(gateway);
  await network.close();
}
process.exit();

async function stop(running: Gateway | undefined): Promise<void> {
  if (!running || running.process.exitCode !== null || running.process.signalCode !== null) return;
  const exited = once(running.process, 'exit');
  running.process.kill('SIGTERM');
  await exited;
}
