import { writeFileSync } from 'node:fs';

export interface Bar {
  readonly what: string;
  readonly ratio: number;
}

const [WIDTH, ROW, LABEL, VALUE] = [760, 30, 250, 60];

/** Draws bars of ratios to 1, those of the gateway in another colour, each with its number: an SVG that any browser shows. */
export function draw(file: string, title: string, bars: readonly Bar[]): void {
  const most = Math.max(1, ...bars.map(({ ratio }) => ratio));
  const height = ROW * (bars.length + 2);
  const rows = bars.map(({ what, ratio }, nth) => {
    const [y, length] = [ROW * (nth + 1.5), ((WIDTH - LABEL - VALUE) * ratio) / most];
    const colour = what.startsWith('ours') ? '#0b6e4f' : '#9aa5b1';
    return [
      `<text x="${LABEL - 10}" y="${y + 19}" text-anchor="end">${what}</text>`,
      `<rect x="${LABEL}" y="${y + 4}" width="${length.toFixed(1)}" height="${ROW - 8}" rx="3" fill="${colour}"/>`,
      `<text x="${(LABEL + length + 8).toFixed(1)}" y="${y + 19}">${ratio.toFixed(2)}</text>`,
    ].join('\n');
  });
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14" fill="#1f2933">
<title>${title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="26" font-weight="600">${title}</text>
${rows.join('\n')}
</svg>
`,
  );
}
