import { setTimeout } from 'node:timers/promises';
import type { Asker } from './ask.ts';
import { asked, bodyOf, type Gateway, MEMORY } from './gateway.ts';
import { type Network, nameOfSecret, SECRETS } from './network.ts';
import type { Report } from './report.ts';
import { memoryOf } from './status.ts';

const AT_A_TIME = 16;
const PAGES = 6;
const ATTEMPTS = 3;

interface Loaded {
  readonly running: Gateway;
  readonly network: Network;
  readonly asker: Asker;
  readonly report: Report;
}

/** Asks a gateway for as much as its callers can want at once, and reports what came of it and the memory that it took. */
export async function underLoad(loaded: Loaded, { ada, billing }: { ada: string; billing: string }): Promise<void> {
  const { running, report } = loaded;
  const pid = await running.pid();
  // What it maps of files the kernel drops where memory is short, and counts all the same.
  const tellMost = () =>
    report.figure('most memory (RSS), without files', memoryOf(pid, 'VmHWM') - memoryOf(pid, 'RssFile'), 'MB');
  await readSecrets(loaded, billing);
  tellMost();
  await walkPages(loaded, ada);
  tellMost();
}

/** Reads each of many secrets once, of its vault. */
async function readSecrets({ network, asker, report }: Loaded, billing: string): Promise<void> {
  const before = await callsOf(network, asker);
  const bodies = Array.from({ length: SECRETS }, (_, nth) =>
    bodyOf(`{ secret(name: "${nameOfSecret(nth)}") { value } }`),
  );
  const load = await asker.ask({ ...asked(billing, ''), bodies, atATime: AT_A_TIME, expected: '"value":"' });
  report.equal(
    `under load in ${MEMORY}`,
    load.good === SECRETS
      ? `${load.good} good answers`
      : `${load.good} good answers, the last ${load.body.slice(0, 200)}`,
    `${SECRETS} good answers`,
  );
  report.equal('calls of the vault for them', String((await callsOf(network, asker)) - before), String(SECRETS));
  report.figure('requests a second under load', SECRETS / (load.ms / 1000), '');
}

async function callsOf({ exports }: Network, asker: Asker): Promise<number> {
  const { body } = await asker.ask({ url: `${exports.LOCAL_AZURE_ADMIN}/calls` });
  return JSON.parse(body).filter(({ service }: { service: string }) => service === 'key-vault').length;
}

/** The most that callers can want at once: each walks a large estate by pages of its own, with all that is in them. */
async function walkPages({ running, report }: Loaded, ada: string): Promise<void> {
  const tally = new Map<string, number>();
  const walk = async (nth: number) => {
    let after = '';
    for (let page = 0; page < PAGES; page += 1) {
      const { data, errors, status } = await asManyTimesAsTold(() => running.query(ada, pageOf(nth, after)));
      const outcome = data?.resources ? 'answered' : (errors?.[0].extensions.code ?? `status ${status}`);
      tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
      const end = data?.resources?.pageInfo.endCursor;
      if (end) after = `, after: "${end}"`;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, (_, nth) => walk(nth)));
  const told = [...tally].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  report.equal(`pages of 1,000 in ${MEMORY}, killed`, (await running.wasKilled()) ? 'yes' : 'no', 'no');
  report.equal(`${AT_A_TIME} callers' pages of 1,000`, told, `${AT_A_TIME * PAGES} answered`);
}

/** A page, asked for again as long as Resource Graph's quota is spent: on a slow machine more wait than it has for a request's time. */
async function asManyTimesAsTold(ask: () => ReturnType<Gateway['query']>) {
  for (let attempt = 1; ; attempt += 1) {
    const { status, body } = await ask();
    const { data, errors } = status === 200 ? JSON.parse(body) : {};
    const { code, retryAfterSeconds = 1 } = errors?.[0].extensions ?? {};
    if (code !== 'THROTTLED' || attempt === ATTEMPTS) return { data, errors, status };
    await setTimeout(retryAfterSeconds * 1000);
  }
}

// No two callers ask for the same, so that none is given what another has had read.
function pageOf(nth: number, after: string): string {
  return `{ resources(first: 1000, where: { not: { name: { equals: "none-${nth}" } } }${after}) {
    pageInfo { endCursor } nodes { id name type location tags { key value } sku { name } properties } } }`;
}
