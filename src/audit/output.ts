import { open } from 'node:fs/promises';

export interface Output {
  /** Resolves when the output has taken the whole line, in one write; rejects when it has not, or not all of it. */
  write(line: string): Promise<void>;
  close(): Promise<void>;
}

/** What is used of a Writable such as standard output. */
export interface AuditStream {
  write(line: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
}

/** Appends to a file that other processes append to as well; one that is created is its owner's alone. */
export async function toFile(path: string): Promise<Output> {
  const file = await open(path, 'a', 0o600);
  return {
    write: async (text) => {
      const line = Buffer.from(text);
      const { bytesWritten } = await file.write(line);
      // The rest is not written after it: another process's line may stand between by now.
      if (bytesWritten < line.length) throw new Error(`${bytesWritten} of ${line.length} bytes were written.`);
    },
    close: () => file.close(),
  };
}

export function toStream(stream: AuditStream): Output {
  // The write's callback has the error as well; unheard, the event would end us.
  stream.on('error', () => {});
  return {
    write: (line) =>
      new Promise((resolve, reject) => {
        stream.write(line, (error) => (error ? reject(error) : resolve()));
      }),
    close: async () => {},
  };
}
