/** One policy of a Cedar file: its text up to the `;`, comments before it included, and where that begins in the file. */
export interface Statement {
  readonly text: string;
  readonly offset: number;
}

/** A string literal, a comment (neither can end a policy) or the end of a policy. */
const TOKEN = /(?<literal>"(?:\\.|[^"\\])*")|\/\/[^\r\n]*|(?<end>;)/gs;
const BLANK = /(?:\s|\/\/[^\r\n]*)*/y;

/** Cuts a file that Cedar has parsed into its policies. */
export function statementsOf(file: string): Statement[] {
  const ends = [...file.matchAll(TOKEN)].filter(({ groups }) => groups?.end).map(({ index }) => index + 1);
  return ends.map((end, nth) => {
    const offset = skipBlank(file, ends[nth - 1] ?? 0);
    return { text: file.slice(offset, end), offset };
  });
}

/** The string literals of a policy as they are written, without quotes, and the text before each. */
export function literalsOf(
  text: string,
): { readonly written: string; readonly before: string; readonly index: number }[] {
  return [...text.matchAll(TOKEN)].flatMap(({ groups, index }) =>
    groups?.literal ? [{ written: groups.literal.slice(1, -1), before: text.slice(0, index), index }] : [],
  );
}

/** A policy with every string literal and comment blanked, and all else in its place. */
export function codeOf(text: string): string {
  return text.replace(TOKEN, (token) => (token === ';' ? token : ' '.repeat(token.length)));
}

/** The line that an index of `file` is in, from one. */
export const lineOf = (file: string, index: number): number => file.slice(0, index).split('\n').length;

/** Where an index of `file` is, for people: `line 3, column 5`, both from one. */
export function positionOf(file: string, index: number): string {
  const lines = file.slice(0, index).split('\n');
  return `line ${lines.length}, column ${[...(lines.at(-1) ?? '')].length + 1}`;
}

/** Cedar counts UTF-8 bytes, JavaScript UTF-16 units. */
export function indexOfByte(text: string, byte: number): number {
  return Buffer.from(text).subarray(0, byte).toString().length;
}

function skipBlank(file: string, from: number): number {
  BLANK.lastIndex = from;
  return from + (BLANK.exec(file)?.[0].length ?? 0);
}
