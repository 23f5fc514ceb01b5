import { readFileSync } from 'node:fs';

const INTERVAL_IN_MS = 1_000;

/**
 * Calls `changed` with the file's new text once it has read the same twice, or with undefined where it cannot be read.
 * Returns the way to stop. Keeps no process alive.
 */
export function watchText(file: string, text: string, changed: (text: string | undefined) => void): () => void {
  let taken: string | undefined = text;
  let seen: string | undefined = text;
  // Polled, since a ConfigMap changes by a symbolic link that file events do not follow. Twice, since a file in the middle
  // of being written can be a valid policy that lacks its last `forbid`.
  const timer = setInterval(() => {
    const read = readIfThere(file);
    const isSettled = read === seen;
    seen = read;
    if (!isSettled || read === taken) return;
    taken = read;
    changed(read);
  }, INTERVAL_IN_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
