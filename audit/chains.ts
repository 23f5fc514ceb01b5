import { algorithmOf, type Link } from '../src/audit/line.ts';
import { type AuditLine, gapOf, isGenuine, lineOf } from './line.ts';

/** What is to be said of one chain. */
export interface Verdict {
  readonly chain: string;
  readonly lines: number;
  readonly from: string;
  readonly to: string;
  readonly isClosed: boolean;
  /** Records that the gateway itself refused, because it could not write them. */
  readonly refused: number;
  /** The first line that is not as it was written, by its number in the file; undefined: all are. */
  readonly fault: { readonly at: number; readonly what: string } | undefined;
}

/** Follows interleaved chains, line by line, and remembers of each no more than its last line. */
export interface Chains {
  /** Takes the next line of the file. False: it is no audit line, or has other text before it. */
  read(text: string, at: number): boolean;
  verdicts(): readonly Verdict[];
}

/** With a key, only what was sealed with it counts. */
export function createChains(key: string | undefined): Chains {
  const chains = new Map<string, Chain>();
  return {
    read: (text, at) => {
      const found = lineOf(text);
      if (!found) return false;
      const { line, own } = found;
      const chain = chains.get(line.chain);
      chains.set(line.chain, followed(chain, line, at, faultAfter(chain, line, isGenuine(line, own, key), at, key)));
      return own === text;
    },
    verdicts: () => [...chains.values()],
  };
}

interface Chain extends Verdict {
  readonly last: Link & { readonly at: number };
  readonly fault: Fault | undefined;
}

interface Fault {
  readonly at: number;
  readonly what: string;
  /** The first and the last seq that may yet come, in the wrong place. */
  readonly missing?: readonly [number, number];
}

function followed(chain: Chain | undefined, line: AuditLine, at: number, fault: Fault | undefined): Chain {
  return {
    chain: line.chain,
    lines: (chain?.lines ?? 0) + 1,
    from: chain?.from ?? line.time,
    to: line.time,
    isClosed: chain?.isClosed || line.event === 'audit-closed',
    refused: (chain?.refused ?? 0) + (gapOf(line)?.refused ?? 0),
    fault,
    last: { seq: line.seq, hash: line.hash, at },
  };
}

function faultAfter(
  chain: Chain | undefined,
  line: AuditLine,
  isGenuine: boolean,
  at: number,
  key: string | undefined,
): Fault | undefined {
  if (chain?.fault) return isGenuine ? reconsidered(chain.fault, line, at) : chain.fault;
  if (!chain) return faultOfFirst(line, isGenuine, at, key);
  if (!isGenuine) return { at, what: 'it was altered' };
  return faultOfNext(chain, line, at);
}

// What seemed to be missing stands further down.
function reconsidered(fault: Fault, { seq }: AuditLine, at: number): Fault {
  const [first, final] = fault.missing ?? [];
  if (first === undefined || final === undefined || seq < first || seq > final) return fault;
  return { at: fault.at, what: `it was moved: seq ${seq}, which comes before it, is line ${at}` };
}

function faultOfFirst(line: AuditLine, isGenuine: boolean, at: number, key: string | undefined): Fault | undefined {
  const { event, seq, previous, algorithm } = line;
  if (event === 'audit-opened' && algorithm !== algorithmOf(key)) {
    return {
      at,
      what: key === undefined ? 'its chain is keyed: give the key' : 'its chain is not keyed: anybody can write it',
    };
  }
  if (!isGenuine) return { at, what: `it was altered, or sealed with ${key === undefined ? 'a' : 'another'} key` };
  if (seq > 0) return missing(0, seq - 1, at);
  return event === 'audit-opened' && previous === null ? undefined : { at, what: 'it opens no chain' };
}

function faultOfNext({ last, isClosed }: Chain, line: AuditLine, at: number): Fault | undefined {
  if (line.hash === last.hash) return { at, what: `it repeats line ${last.at}` };
  if (line.seq === last.seq) return { at, what: `it has the seq of line ${last.at}: one of both was inserted` };
  if (line.seq < last.seq) return { at, what: `it was moved or repeated: seq ${line.seq} after ${last.seq}` };
  if (isClosed) return { at, what: 'it stands after the closing line' };
  const gap = gapOf(line);
  if (line.seq === last.seq + 1) return unlessHash(line.previous);
  if (gap?.from === last.seq + 1) return unlessHash(gap.after);
  // Of the lines that the gateway could not write, some may be there.
  return gap && gap.from <= last.seq ? undefined : missing(last.seq + 1, line.seq - 1, at);

  function unlessHash(stated: string | null): Fault | undefined {
    if (stated === last.hash) return undefined;
    return { at, what: `it does not follow from line ${last.at}: one of both was altered` };
  }
}

function missing(first: number, final: number, at: number): Fault {
  const what = first === final ? `seq ${first} is missing before it` : `seq ${first} to ${final} are missing before it`;
  return { at, what: first === 0 ? `${what}, or in an earlier file` : what, missing: [first, final] };
}
