import type { Call } from '../../emulator/azure.ts';
import type { Governed } from './governor.ts';

export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
  readonly callers: number;
  /** Offers one call for this caller; its outcome. */
  offer(caller: string): Promise<string>;
  /** What happens beside it, each tenth of a second. */
  beside?(): Promise<void>;
}

export interface Borne {
  readonly offered: number;
  /** Azure's answers within the time, by status. */
  readonly answers: Readonly<Record<number, number>>;
  /** Calls that ended well within the time, of the caller with most of them and of the one with least. */
  readonly busiest: number;
  readonly quietest: number;
  /** How all of them ended, in the time or after it. */
  readonly outcomes: Readonly<Record<string, number>>;
}

const STEP_IN_MS = 100;

/** Offers calls evenly for so many seconds of the clock that stands still, by callers in turn, and counts. */
export async function bear({ azure, clock, pass, rest }: Governed, kind: string, load: Load): Promise<Borne> {
  const { perSecond, seconds, callers, offer, beside } = load;
  await rest();
  const from = azure.calls.length;
  const until = clock.now() + seconds * 1000;
  const well = new Map<string, number>(Array.from({ length: callers }, (_, nth) => [`caller ${nth}`, 0]));
  const outcomes: Record<string, number> = {};
  let offered = 0;
  const end = (caller: string, outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (outcome === 'ok' && clock.now() < until) well.set(caller, (well.get(caller) ?? 0) + 1);
  };
  for (let step = 1; step <= (seconds * 1000) / STEP_IN_MS; step += 1) {
    await beside?.();
    for (; offered < (perSecond * step * STEP_IN_MS) / 1000; offered += 1) {
      const caller = `caller ${offered % callers}`;
      void offer(caller).then((outcome) => end(caller, outcome));
    }
    await pass(STEP_IN_MS);
  }
  const inTime = azure.calls.slice(from).filter(({ service, at }) => service === kind && Date.parse(at) < until);
  // Whoever still waits is served, or told that it cannot be.
  await pass(30_000, 250);
  return {
    offered,
    answers: byStatus(inTime),
    busiest: Math.max(...well.values()),
    quietest: Math.min(...well.values()),
    outcomes,
  };
}

function byStatus(calls: readonly Call[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of calls) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
