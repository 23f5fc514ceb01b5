import { once } from 'node:events';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { operation, welcome } from './text.ts';

const azure = createAzure();
const network = await listen(azure);
let shown = 0;
let gateway: Gateway | undefined;

const stopAsked = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
try {
  gateway = await startGateway(network.exports, (line) => {
    if (line.event !== 'operation') return;
    process.stdout.write(operation(line, azure.calls.slice(shown)));
    shown = azure.calls.length;
  });
  process.stdout.write(welcome(gateway.url));
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
