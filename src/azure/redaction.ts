import { folded } from './name.ts';
import type { PropertyPath } from './property-path.ts';
import { SECRET_PLACES, SECRET_TEXTS, type SecretPlace } from './secret-place.ts';

/** What is answered instead of a secret that stands in plain where it should not. */
export const REDACTED = '[redacted]';

/**
 * The properties of a resource of a type, or what stands `at` a place in them, with every known place of plain secrets
 * answered as `[redacted]`. What is empty stays. The properties given are left as they are.
 */
export function redacted(type: string, properties: unknown, at: PropertyPath = []): unknown {
  const root = { properties };
  const steps = at.reduce(below, OF_TYPE.get(folded(type)) ?? []);
  // Not by recursion: how deep properties go is not ours to say.
  const work: Place[] = [{ holder: root, key: 'properties', value: properties, steps }];
  for (let place = work.pop(); place; place = work.pop()) {
    const shown = isSecret(place) ? REDACTED : copyOf(place.value);
    Reflect.set(place.holder, place.key, shown);
    for (const inner of placesIn(shown, place.steps)) work.push(inner);
  }
  return root.properties;
}

interface Place {
  readonly holder: object;
  readonly key: string;
  readonly value: unknown;
  readonly steps: readonly Step[];
}

/** What is left of a path of the table where one has come to; nothing where the secret is. */
interface Step {
  readonly left: readonly string[];
  readonly isOfText: boolean;
}

function isSecret({ value, steps }: Place): boolean {
  if (value === null || value === undefined || value === '') return false;
  const isText = typeof value === 'string' || typeof value === 'number';
  if (steps.some(({ left, isOfText }) => left.length === 0 && (isText || !isOfText))) return true;
  return typeof value === 'string' && SECRET_TEXTS.some(({ form }) => form.test(value));
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return typeof value === 'object' && value !== null ? { ...value } : value;
}

function placesIn(holder: unknown, steps: readonly Step[]): Place[] {
  if (typeof holder !== 'object' || holder === null) return [];
  return Object.entries(holder).map(([key, value]) => ({
    ...{ holder, key, value },
    steps: below(steps, Array.isArray(holder) ? Number(key) : key),
  }));
}

/** Below a secret everything is one, but for texts, below which nothing is. */
function below(steps: readonly Step[], key: string | number): readonly Step[] {
  const name = typeof key === 'number' ? '' : folded(key);
  const further: Step[] = typeof key === 'number' ? [] : [...anywhere(name)];
  for (const { left, isOfText } of steps) {
    if (left.length === 0 && !isOfText) further.push({ left, isOfText });
    if (left[0] === '*' || left[0] === name) further.push({ left: left.slice(1), isOfText });
  }
  return further;
}

const anywhere = (name: string): readonly Step[] => BEGINNING_WITH.get(name) ?? (ENDINGS.test(name) ? [A_TEXT] : []);

const A_TEXT: Step = { left: [], isOfText: true };

const isOfEveryType = ({ type }: SecretPlace): boolean => type === '*';
const namesOf = ({ path }: SecretPlace): string[] => folded(path).split('.');

const OF_TYPE: ReadonlyMap<string, readonly Step[]> = new Map(
  [...Map.groupBy(SECRET_PLACES, ({ type }) => folded(type))]
    .filter(([type]) => type !== '*')
    .map(([type, places]) => [type, places.map((place) => ({ left: namesOf(place), isOfText: false }))]),
);

const ANYWHERE = SECRET_PLACES.filter(isOfEveryType).map((place) => namesOf(place).slice(1));
const ENDINGS = new RegExp(
  `(?:${ANYWHERE.flatMap(([name]) => (name?.startsWith('*') ? [name.slice(1)] : [])).join('|')})$`,
);
const BEGINNING_WITH: ReadonlyMap<string | undefined, readonly Step[]> = new Map(
  [...Map.groupBy(ANYWHERE, ([name]) => name)].map(([name, paths]) => [
    name,
    paths.map(([, ...left]) => ({ left, isOfText: true })),
  ]),
);
