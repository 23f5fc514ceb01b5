import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';

/** Writes one event a line, as JSON with fields. Never an argument of a query, a value or a token. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** The process's log. `destination` is standard error in production. */
export function createLog(level: LevelWithSilent, destination: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeWithStack },
    },
    destination,
  );
}

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
