import type { Upstream } from '../errors.ts';

/** Which of Azure's services an answer is of. */
export type Source = 'ARM' | 'RESOURCE_GRAPH' | 'KEY_VAULT';

/** What kind of thing is read: how long it is kept, and whether it may be served past that time. */
export type Kind = 'inventory' | 'metadata' | 'secret';

/** When and where a record was read. The instant is that of the question: the answer is at least as new. */
export interface Seen {
  readonly observedAt: Date;
  readonly source: Source;
}

/** One thing to read of Azure, in the same words whoever asks for it. */
export interface Asked<Answer> {
  readonly kind: Kind;
  readonly source: Source;
  readonly upstream: Upstream;
  /** Such as `resourceGroups.list`. */
  readonly operation: string;
  /** What it is of, in one spelling: equal operations of equal keys are one read. */
  readonly key: string;
  /** Whether the answer is cut to what the caller may read: then callers of equal rights share it alone. */
  readonly isOfScope?: boolean;
  /** Whether the answer says that there is no such thing, or of several that one is not there. */
  isAbsent?(answer: Answer): boolean;
  /** Whether Azure has cut it off, and may not the next time: it is given to those who wait, and not kept. */
  isCutOff?(answer: Answer): boolean;
  /** When the thing itself expires. */
  expiresAt?(answer: Answer): Date | undefined;
  /** Of an answer that nobody may hold for longer than needed: a copy for one request, which wipes it. */
  lend?(answer: Answer): { readonly answer: Answer; wipe(): void };
  /** Overwrites it, once nobody holds it. */
  wipe?(answer: Answer): void;
  act(seen: Seen): Promise<Answer>;
}

/** Reads from Azure for one request, or gives what is kept. Every failure is a GatewayError. */
export type Read = <Answer>(asked: Asked<Answer>) => Promise<Answer>;
