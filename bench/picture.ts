import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs/performance';

export interface Bar {
  readonly what: string;
  readonly value: number;
  readonly isOurs: boolean;
}

export interface Picture {
  /** The file's, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly bars: readonly Bar[];
  /** How a number stands beside its bar, such as `2.6 x`. */
  readonly format: (value: number) => string;
}

export const isPicture = (figure: unknown): figure is Picture => typeof figure === 'object' && figure !== null;

const [WIDTH, ROW, LABEL, VALUE] = [760, 30, 330, 90];

/** Draws bars, those of the gateway in another colour, each with its number: an SVG that any browser shows. */
export function draw({ name, title, bars, format }: Picture): void {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = ROW * (bars.length + 2);
  const rows = bars.map(({ what, value, isOurs }, nth) => {
    const [y, length] = [ROW * (nth + 1.5), ((WIDTH - LABEL - VALUE) * value) / most];
    return [
      `<text x="${LABEL - 10}" y="${y + 19}" text-anchor="end">${what}</text>`,
      `<rect x="${LABEL}" y="${y + 4}" width="${length.toFixed(1)}" height="${ROW - 8}" rx="3" fill="${isOurs ? '#0b6e4f' : '#9aa5b1'}"/>`,
      `<text x="${(LABEL + length + 8).toFixed(1)}" y="${y + 19}">${format(value)}</text>`,
    ].join('\n');
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(
    join(FOLDER, `${name}.svg`),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14" fill="#1f2933">
<title>${title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="26" font-weight="600">${title}</text>
${rows.join('\n')}
</svg>
`,
  );
}
