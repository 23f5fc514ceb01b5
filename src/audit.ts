import { hostname } from 'node:os';
import gateway from '../package.json' with { type: 'json' };
import { type Chain, createChain } from './audit/chain.ts';
import { algorithmOf, type Fields } from './audit/line.ts';
import { type AuditStream, type Output, toFile, toStream } from './audit/output.ts';
import type { AuditConfig } from './config.ts';
import { type ErrorCode, GatewayError } from './errors.ts';
import type { Log } from './telemetry.ts';

/** One attempt to read a secret's value. It has no place for the value. */
export interface AuditEvent {
  readonly caller: { readonly id: string; readonly kind: string };
  readonly action: string;
  readonly vault: string;
  readonly name: string;
  /** The version read, or asked for; null: the newest was asked for. */
  readonly version: string | null;
  readonly allowed: boolean;
  /** The policies that decided. */
  readonly policies: readonly string[];
  readonly operationName: string | null;
  readonly documentHash: string;
  readonly requestId: string;
  readonly upstreamRequestId: string | null;
  readonly outcome?: AuditOutcome;
}

/** What came of it: READ is a value that left for its caller. */
export type AuditOutcome = 'READ' | 'ABSENT' | 'DENIED' | ErrorCode;

export interface Audit {
  /** Resolves when the event is written; rejects with AUDIT_UNAVAILABLE when it may not be, 5 s at the latest. */
  record(event: AuditEvent): Promise<void>;
  /** How many lines were written, and how many records refused because they could not be. */
  lines(): { readonly written: number; readonly refused: number };
  /** Writes what is waiting and the closing line. Never rejects: what could not be written is in the log. */
  close(): Promise<void>;
}

/**
 * This process's chain, in the file of the settings or else on `stream`, with its opening line written.
 * Rejects with AUDIT_UNAVAILABLE when nothing can be written there. What the lines prove: docs/audit.md.
 */
export async function createAudit({ file, key }: AuditConfig, log: Log, stream?: AuditStream): Promise<Audit> {
  const { chain, output } = await opened(file, key, log, stream);
  log.info({ event: 'audit-opened', chain: chain.id, algorithm: algorithmOf(key) });
  // The opening line is written.
  const lines = { written: 1, refused: 0 };
  let closing: Promise<void> | undefined;

  return {
    record: async (event) => {
      if (closing) throw new GatewayError('AUDIT_UNAVAILABLE', 'The gateway is stopping. Send the request again.');
      await append(fieldsOf(event));
    },
    lines: () => lines,
    close: () => {
      closing ??= close();
      return closing;
    },
  };

  async function append(fields: Parameters<Chain['append']>[0]): Promise<void> {
    try {
      await chain.append(fields);
      lines.written += 1;
    } catch (error) {
      lines.refused += 1;
      throw error;
    }
  }

  async function close(): Promise<void> {
    try {
      await append({ event: 'audit-closed' });
      await output.close();
      log.info({ event: 'audit-closed', chain: chain.id });
    } catch (error) {
      log.error({ event: 'audit-not-closed', chain: chain.id, error });
    }
  }
}

async function opened(
  file: string | undefined,
  key: string | undefined,
  log: Log,
  stream: AuditStream | undefined,
): Promise<{ chain: Chain; output: Output }> {
  let output: Output | undefined;
  try {
    output = await outputOf(file, stream);
    const chain = createChain(output.write, key, log);
    const about = { format: 1, gateway: gateway.version, host: hostname(), algorithm: algorithmOf(key) };
    await chain.append({ event: 'audit-opened', ...about });
    return { chain, output };
  } catch (cause) {
    // Not awaited: a file whose write hangs hangs here as well.
    output?.close().catch(() => {});
    throw new GatewayError('AUDIT_UNAVAILABLE', cannotOpen(file, cause), { cause });
  }
}

async function outputOf(file: string | undefined, stream: AuditStream | undefined): Promise<Output> {
  if (file !== undefined) return toFile(file);
  if (stream) return toStream(stream);
  throw new Error('The audit has neither a file nor a stream.');
}

function cannotOpen(file: string | undefined, error: unknown): string {
  const { message } = error instanceof GatewayError && error.cause instanceof Error ? error.cause : (error as Error);
  return file === undefined
    ? `The audit cannot be written to standard output (${message}). Let something read it, or set AUDIT_FILE.`
    : `AUDIT_FILE is "${file}": it cannot be written (${message}). Give a path that the gateway may append to.`;
}

// Field by field: whatever else a record may carry does not enter the audit.
function fieldsOf(event: AuditEvent): Fields & { event: string } {
  const { caller, action, vault, name, version, allowed, policies } = event;
  const { operationName, documentHash, requestId, upstreamRequestId, outcome } = event;
  return {
    event: 'access',
    caller: { id: shortened(caller.id), kind: caller.kind },
    ...{ action, vault: shortened(vault), name: shortened(name), version: shortened(version) },
    ...{ allowed, policies, outcome: outcome ?? null },
    ...{ operationName: shortened(operationName), documentHash, requestId },
    upstreamRequestId: shortened(upstreamRequestId),
  };
}

const MAX_TEXT_LENGTH = 512;

// Callers choose these texts, up to the length of a request.
function shortened(text: string | null): string | null {
  return text && text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
