import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';
import type { Metrics } from './telemetry/metrics.ts';

/** Writes one event a line, as JSON with fields. Never an argument of a query, a value or a token. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** What happened: as lines for reading and as numbers for watching. Spans need nothing handed on: `telemetry/trace.ts`. */
export interface Telemetry {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The process's log. `destination` is standard error in production. */
export function createLog(level: LevelWithSilent, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeWithStack },
    },
    destination,
  );
}

// Many lines share a millisecond.
let last = { at: 0, field: '' };
function isoTime(): string {
  const at = Date.now();
  if (at !== last.at) last = { at, field: `,"time":"${new Date(at).toISOString()}"` };
  return last.field;
}

/** Lines go to this descriptor at the end of the event loop's turn, all of a turn in one write. `flush` at the process's end. */
export function descriptor(fd: number): DestinationStream & { flush(): void } {
  const output = pino.destination({ dest: fd, sync: true });
  let lines = '';
  // Its own flush would wait for the disk each time.
  const flush = () => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  return {
    flush,
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}

/** The same lines for people, on a terminal. Loaded only there. */
export async function prettyInto(destination: NodeJS.WritableStream): Promise<DestinationStream> {
  const { default: pretty } = await import('pino-pretty');
  return pretty({ ...PRETTY, destination });
}

export const PRETTY = {
  sync: true,
  messageKey: 'message',
  messageFormat: '{event}{if message}: {message}{end}',
  singleLine: true,
  ignore: 'event,message',
} as const;

/** What a log may know of an error: its kind, code and message, and those of its causes. Nothing of a request or an answer. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name: type, message, cause } = error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  return { type, message, code, statusCode, ...(cause !== undefined && { cause: describeError(cause) }) };
}

const describeWithStack = (error: unknown): object => ({
  ...describeError(error),
  ...(error instanceof Error && { stack: error.stack }),
});
