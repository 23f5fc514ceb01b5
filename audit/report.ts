import type { Verdict } from './chains.ts';

/** Lines of the file that are no audit lines, or are glued to something. */
export interface Strays {
  readonly count: number;
  readonly first: readonly number[];
}

/** What the verifier prints: a row a chain, what else stands in the file, and the sum. */
export function report(verdicts: readonly Verdict[], strays: Strays, isKeyed: boolean): string {
  const broken = verdicts.filter(({ fault }) => fault).length;
  return [
    ...table([['chain', 'lines', 'first', 'last', 'refused', 'verdict'], ...verdicts.map(row)]),
    '',
    ...straysIn(strays),
    verdicts.length === 0
      ? 'There is no audit line in it.'
      : `${verdicts.length - broken} of ${chains(verdicts)} whole.`,
    ...(isKeyed ? [] : ['Checked without a key: whoever can write the file can make whole chains.']),
    '',
  ].join('\n');
}

function row({ chain, lines, from, to, refused, fault, isClosed }: Verdict): string[] {
  const whole = isClosed ? 'whole' : 'whole so far: still open, or cut off';
  return [chain, `${lines}`, from, to, `${refused}`, fault ? `BROKEN at line ${fault.at}: ${fault.what}` : whole];
}

function table(rows: readonly string[][]): string[] {
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  const widths = rows[0]?.map((_, column) => width(column)) ?? [];
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function straysIn({ count, first }: Strays): string[] {
  if (count === 0) return [];
  const others = count > first.length ? ` and ${count - first.length} more` : '';
  return [`No audit line, or one with other text before it: line ${first.join(', ')}${others}.`];
}

const chains = ({ length }: readonly Verdict[]) => (length === 1 ? '1 chain is' : `${length} chains are`);
