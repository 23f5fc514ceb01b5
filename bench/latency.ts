import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import { quantile } from './median.ts';
import type { Picture } from './picture.ts';
import { serve } from './server.ts';

const READS = 300;
const UPSTREAM_IN_MS = 20;
const QUERY = '{ secret(name: "SampleSecret") { value } }';
// Each read goes to the vault, as the SDK's does.
const NOTHING_KEPT = { SECRET_TTL_SECONDS: '0', ABSENCE_TTL_SECONDS: '0', RATE_LIMIT_PER_MINUTE: '1000000' };

/** What a read of a secret by way of the gateway takes beyond one by the SDK, at 20 ms of the vault's own, one after the other. */
export async function latency(): Promise<Picture> {
  const azure = createAzure();
  azure.addFault({ service: 'key-vault', delayInMs: UPSTREAM_IN_MS });
  const network = await listen(azure);
  const env = Object.fromEntries(network.exports);
  const headers = {
    'content-type': 'application/json',
    authorization: await authorizationOf(azure, 'Billing Service'),
  };
  const gateway = await serve(['src/main.ts'], { ...env, ...NOTHING_KEPT, PORT: '0', METRICS_PORT: '0' });
  const took: number[] = [];
  for (let nth = 0; nth < READS; nth++) {
    const startedAt = performance.now();
    await (await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query: QUERY }) })).json();
    took.push(performance.now() - startedAt);
  }
  await gateway.stop();
  const direct = await byTheSdk(env);
  await network.close();
  console.log(`\nA secret, ${READS} reads one after the other, ${UPSTREAM_IN_MS} ms upstream, nothing kept\n`);
  const bars = [0.5, 0.99].flatMap((share) => {
    const [own, sdk] = [quantile(took, share), quantile(direct, share)];
    const at = `p${share * 100}`;
    console.log(`${at}  SDK ${sdk.toFixed(1)} ms, gateway ${own.toFixed(1)} ms: ${(own - sdk).toFixed(1)} ms more`);
    return [
      { what: `${at}, the SDK alone`, value: sdk, isOurs: false },
      { what: `${at}, by way of the gateway`, value: own, isOurs: true },
    ];
  });
  const title = `A secret, read one after the other, ${UPSTREAM_IN_MS} ms upstream, nothing kept`;
  return { name: 'latency', title, bars, format: (ms) => `${ms.toFixed(1)} ms` };
}

async function byTheSdk(env: Record<string, string | undefined>): Promise<number[]> {
  const args = ['bench/direct.mjs', String(READS), env.KEYVAULT_VAULT_NAME ?? ''];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(await text(child.stdout));
}
