import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { Log } from '../telemetry.ts';
import { type Fields, type Gap, type Link, sealed } from './line.ts';
import type { Output } from './output.ts';

// Far more than an output in order takes, far less than a request may take.
const WRITE_TIMEOUT_IN_MS = 5000;
// Of about 1 kB each.
const MAX_WAITING = 10_000;

export interface Chain {
  readonly id: string;
  /** Writes the next line. Resolves when it is written; rejects with AUDIT_UNAVAILABLE when it may not be, 5 s at the latest. */
  append(fields: Fields & { readonly event: string }): Promise<void>;
}

/** Lines that each hold the hash of the one before. They are written one after the other, in the order of `append`. */
export function createChain(write: Output['write'], key: string | undefined, log: Log): Chain {
  const id = randomUUID();
  const waiting: Entry[] = [];
  let inFlight: Entry | undefined;
  let isDraining = false;
  let isOverdue = false;
  let last: Link | undefined;
  let lastWritten: Link | undefined;
  let refused = 0;

  return { id, append };

  function append(fields: Entry['fields']): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry: Entry = { fields, resolve, reject, timer: setTimeout(giveUp, WRITE_TIMEOUT_IN_MS) };
    if (isOverdue) refuse(entry, new Error('The output has not taken an earlier line yet.'));
    else if (waiting.length === MAX_WAITING) refuse(entry, new Error(`${MAX_WAITING} lines are waiting.`));
    else waiting.push(entry);
    void drain();
    return promise;
  }

  async function drain(): Promise<void> {
    if (isDraining) return;
    isDraining = true;
    for (inFlight = waiting.shift(); inFlight; inFlight = waiting.shift()) await writeLine(inFlight);
    isDraining = false;
  }

  async function writeLine(entry: Entry): Promise<void> {
    const { event, ...fields } = entry.fields;
    const gap = gapBefore();
    const place = { chain: id, seq: last ? last.seq + 1 : 0, previous: last?.hash ?? null };
    const line = sealed({ event, time: new Date().toISOString(), ...fields, ...(gap && { gap }), ...place }, key);
    // Of a line that failed half may stand there: this one shall not be glued to it.
    const start = last === lastWritten ? '' : '\n';
    last = line;
    try {
      await write(`${start}${JSON.stringify(line)}\n`);
      lastWritten = line;
      settle(entry);
      if (gap) resume(gap);
    } catch (error) {
      if (inFlight === entry) refuse(entry, error);
    }
    isOverdue = false;
  }

  // A line that failed may be there nevertheless, whole or in part. So the chain goes on behind it, and says where it is unsure.
  function gapBefore(): Gap | undefined {
    if (refused === 0 || !lastWritten) return undefined;
    return { from: lastWritten.seq + 1, after: lastWritten.hash, refused };
  }

  // A second write would pile up behind the first: until that one calls back, everything is refused at once.
  function giveUp(): void {
    isOverdue = true;
    const entries = inFlight ? [inFlight, ...waiting.splice(0)] : waiting.splice(0);
    inFlight = undefined;
    for (const entry of entries) refuse(entry, new Error(`The output took no line for ${WRITE_TIMEOUT_IN_MS} ms.`));
  }

  function settle({ resolve, timer }: Entry): void {
    clearTimeout(timer);
    resolve();
  }

  function refuse({ reject, timer }: Entry, cause: unknown): void {
    clearTimeout(timer);
    if (refused === 0) log.error({ event: 'audit-unavailable', chain: id, error: cause });
    refused += 1;
    reject(new GatewayError('AUDIT_UNAVAILABLE', NOT_RECORDED, { cause }));
  }

  function resume(gap: Gap): void {
    refused -= gap.refused;
    log.info({ event: 'audit-resumed', chain: id, refused: gap.refused });
  }
}

interface Entry {
  readonly fields: Fields & { readonly event: string };
  readonly resolve: () => void;
  readonly reject: (error: GatewayError) => void;
  readonly timer: NodeJS.Timeout;
}

const NOT_RECORDED =
  "The attempt could not be put on record, so no value is given. Try again; the gateway's log says what is wrong with its audit.";
