import { GatewayError } from '../errors.ts';

/** Where a value stands in a resource: names of fields and positions in lists, from the outside in. */
export type PropertyPath = readonly (string | number)[];

const MAX_CHARACTERS = 500;
const MAX_SEGMENTS = 20;

/** A path as callers write it: `a.b['c.d'][0]`. Throws BAD_USER_INPUT before anything is spent upstream. */
export function parsePath(text: string): PropertyPath {
  if (text === '' || text.length > MAX_CHARACTERS) throw malformed();
  const segments: (string | number)[] = [];
  for (let end = 0; end < text.length; end = SEGMENT.lastIndex) {
    SEGMENT.lastIndex = end;
    const groups = SEGMENT.exec(text)?.groups;
    if (!groups || segments.length === MAX_SEGMENTS) throw malformed();
    const { bare, quoted, index } = groups;
    segments.push(bare ?? quoted?.replace(/\\(.)/gu, '$1') ?? Number(index));
  }
  return segments;
}

/** The path in the form that `parsePath` reads. It may be longer than a caller's may be. */
export function printPath(path: PropertyPath): string {
  const segments = path.map((segment) => {
    if (typeof segment === 'number') return `[${segment}]`;
    return BARE_NAME.test(segment) ? `.${segment}` : `['${segment.replace(/['\\]/g, '\\$&')}']`;
  });
  return segments.join('').replace(/^\./, '');
}

/** What stands at a path, undefined where nothing does: as Resource Graph reads it, letter case included. */
export function valueAt(value: unknown, path: PropertyPath): unknown {
  return path.reduce((place, segment) => {
    if (typeof segment === 'number') return Array.isArray(place) ? place[segment] : undefined;
    const isField = isObject(place) && Object.hasOwn(place, segment);
    return isField ? place[segment] : undefined;
  }, value);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const NAME = String.raw`[\p{L}\p{N}_$@-]+`;
const BARE_NAME = new RegExp(`^${NAME}$`, 'u');
// Neither control characters, line ends nor halves of a character: no name of Azure's has them, and Kusto takes no line end.
const QUOTED_NAME = String.raw`'(?<quoted>(?:[^'\\\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|\\['\\])+)'`;
const INDEX = '(?<index>0|[1-9][0-9]{0,4})';
const SEGMENT = new RegExp(String.raw`(?:^|(?!^)\.)(?<bare>${NAME})|\[(?:${INDEX}|${QUOTED_NAME})\]`, 'uy');

// The path is not repeated: it may be a secret pasted into the wrong place.
const malformed = (): GatewayError =>
  new GatewayError(
    'BAD_USER_INPUT',
    `The path cannot be read. Give names of letters, digits, _, -, $ and @ separated by dots, ['a.b'] for any other name (\\' and \\\\ for ' and \\ in it), [0] to [99999] for an element of a list; at most ${MAX_SEGMENTS} of them and ${MAX_CHARACTERS} characters.`,
  );
