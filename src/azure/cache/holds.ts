import { GatewayError } from '../../errors.ts';
import { shareOfHeap } from '../../memory.ts';
import type { Kept } from './kept.ts';

/** What one request holds of Azure's answers, until it ends. */
export interface Hold {
  /** Throws LIMIT_EXCEEDED where that is more than one may hold, OVERLOADED where all together hold too much. */
  take(kept: Kept): void;
  end(): void;
}

// In memory a character takes 1.2 to 1.4 bytes, and once more where it is answered.
const SHARE_OF_HEAP = 0.16;

export type Holds = ReturnType<typeof createHolds>;

/** Counts what requests hold, once however many do. `maxSize`: in characters of Azure's answers (`json-size.ts`). */
export function createHolds(maxSize = shareOfHeap(SHARE_OF_HEAP)) {
  const holders = new Map<Kept, number>();
  let size = 0;
  return { allow, forRequest };

  /** Throws LIMIT_EXCEEDED where that is more than one request may hold: a read that comes to it need not come to its end. */
  function allow(readSize: number): void {
    if (readSize > maxSize) throw tooLarge(maxSize);
  }

  function forRequest(): Hold {
    const own = new Set<Kept>();
    let ownSize = 0;
    return {
      take(kept) {
        if (own.has(kept)) return;
        own.add(kept);
        ownSize += kept.size;
        change(kept, 1);
        allow(ownSize);
        if (size > maxSize && size > ownSize) throw overloaded();
      },
      end() {
        for (const kept of own) change(kept, -1);
        own.clear();
      },
    };
  }

  function change(kept: Kept, by: 1 | -1): void {
    const before = holders.get(kept) ?? 0;
    const after = before + by;
    if (after === 0) holders.delete(kept);
    else holders.set(kept, after);
    if (before === 0) size += kept.size;
    if (after === 0) size -= kept.size;
  }
}

const tooLarge = (maxSize: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `More is read of Azure for this operation than there is memory for (${Math.floor(maxSize / 1e6)} MB). Ask for smaller pages or fewer at a time, and of \`properties\` for a path.`,
  );

const overloaded = (): GatewayError =>
  new GatewayError('OVERLOADED', 'More is read of Azure than there is memory for at a time. Try again in 1 s.', {
    retryAfterSeconds: 1,
  });
