import { styleText } from 'node:util';
import type { Row } from './row.ts';

const COLOURS = { ok: 'green', warning: 'yellow', FAILED: 'red', skipped: 'gray' } as const;
const STATES = ['ok', 'warning', 'FAILED', 'skipped'] as const;
const STATE_WIDTH = 'skipped'.length;

/** The rows as people read them: what is to be done stands under what failed, unbroken, so that it can be pasted. */
export function table(rows: readonly Row[], isColoured: boolean): string {
  const width = Math.max(...rows.map(({ what }) => what.length));
  const lines = rows.flatMap(({ what, state, detail, fix }) => {
    // Forced here, since whether there are colours has been decided.
    const padded = state.padEnd(STATE_WIDTH);
    const shown = isColoured ? styleText(COLOURS[state], padded, { validateStream: false }) : padded;
    return [`${shown}  ${what.padEnd(width)}  ${detail}`, ...(fix ? [`  fix: ${fix}`] : [])];
  });
  return `${lines.join('\n')}\n\n${summary(rows)}\n`;
}

function summary(rows: readonly Row[]): string {
  const counts = STATES.map((state) => [rows.filter((row) => row.state === state).length, state] as const);
  return `${counts.flatMap(([count, state]) => (count > 0 ? [`${count} ${state}`] : [])).join(', ')}.`;
}
