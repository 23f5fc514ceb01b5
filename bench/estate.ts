import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDist } from '../build/dist.ts';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { listen } from '../emulator/listen.ts';
import type { Picture } from './picture.ts';
import { serve } from './server.ts';

const RESOURCES = 50_000;
const MIB = 2 ** 20;
// As the image starts it.
const FLAGS = ['--max-semi-space-size=8'];
const PAGE = `query ($after: String) {
  resources(first: 1000, after: $after) {
    nodes { id name type location tags { key value } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** What the build holds in memory at its start, and when it has been walked through 50,000 resources, all of them kept. */
export async function estate(): Promise<Picture> {
  const app = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  await createDist(join(app, 'dist'), { explorer: false });
  const world = contoso({ subscriptions: 40, groupsPerSubscription: 980, resources: RESOURCES });
  const azure = createAzure({ world });
  const network = await listen(azure);
  const settings = {
    ...Object.fromEntries(network.exports),
    INVENTORY_TTL_SECONDS: '3600',
    CACHE_MEGABYTES: '32',
    EXPLORER: 'off',
  };
  const gateway = await serve([...FLAGS, join(app, 'dist/cli.js'), 'start'], {
    ...{ ...settings, PORT: '0', METRICS_PORT: '0' },
  });
  const headers = { 'content-type': 'application/json', authorization: await authorizationOf(azure, 'Ada') };
  const rss = async () => (await gateway.usage()).memory.rss / MIB;
  const first = await rss();
  let [read, after, hasNextPage]: [number, string | null, boolean] = [0, null, true];
  while (hasNextPage) {
    const body = JSON.stringify({ query: PAGE, variables: { after } });
    const { data } = (await (await fetch(gateway.url, { method: 'POST', headers, body })).json()) as Answer;
    read += data.resources.nodes.length;
    ({ endCursor: after, hasNextPage } = data.resources.pageInfo);
  }
  const last = await rss();
  await gateway.stop();
  await network.close();
  rmSync(app, { recursive: true });
  console.log(
    `\nThe build's memory (RSS): ${first.toFixed(0)} MiB at its start, ${last.toFixed(0)} MiB with ${read} resources kept`,
  );
  const bars = [
    { what: 'at its start (goal: 120 at most)', value: first, isOurs: true },
    { what: `with ${read} resources kept (300 at most)`, value: last, isOurs: true },
  ];
  return { name: 'memory', title: "The build's memory (RSS)", bars, format: (mib) => `${mib.toFixed(0)} MiB` };
}

interface Answer {
  readonly data: {
    readonly resources: {
      readonly nodes: readonly object[];
      readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
    };
  };
}
