import { folded } from './name.ts';
import type { PropertyPath } from './property-path.ts';
import { parseReference } from './resource-id.ts';
import { isCommand, isLoneArgument, secretsIn } from './secret-argument.ts';
import { SECRET_FORMS } from './secret-form.ts';
import { SECRET_PLACES, type SecretPlace } from './secret-place.ts';

/** What is answered instead of a secret that stands in plain where it should not. */
export const REDACTED = '[redacted]';

/**
 * The properties of a resource of a type, or what stands `at` a place in them, with every known place of plain secrets
 * answered as `[redacted]`. What is empty stays. The properties given are left as they are.
 */
export function redacted(type: string, properties: unknown, at: PropertyPath = []): unknown {
  const root = { properties };
  const steps = at.reduce(below, OF_TYPE.get(folded(type)) ?? []);
  const isArgument = isLoneArgument(at);
  // Not by recursion: how deep properties go is not ours to say.
  const work: Place[] = [
    { holder: root, key: 'properties', name: at.at(-1) ?? '', value: properties, steps, isArgument },
  ];
  for (let place = work.pop(); place; place = work.pop()) {
    const shown = isSecret(place) ? REDACTED : copyOf(place.value);
    Reflect.set(place.holder, place.key, shown);
    for (const inner of placesIn(shown, place)) work.push(inner);
  }
  return root.properties;
}

interface Place {
  readonly holder: object;
  readonly key: string;
  /** As the resource has it. */
  readonly name: string | number;
  readonly value: unknown;
  readonly steps: readonly Step[];
  /** Whether it is a secret by what stands before it in a command. */
  readonly isArgument: boolean;
}

/** What is left of a path of the table where one has come to; nothing where the secret is. */
interface Step {
  readonly left: readonly string[];
  readonly isOfText: boolean;
  /** Whether it is one by its name alone. */
  readonly isByName?: boolean | undefined;
}

function isSecret({ value, steps, isArgument }: Place): boolean {
  if (value === null || value === undefined || value === '') return false;
  const isText = typeof value === 'string' || typeof value === 'number';
  const isMeant = ({ isOfText, isByName }: Step) => !isOfText || (isText && !(isByName && isPlain(value)));
  if (steps.some((step) => step.left.length === 0 && isMeant(step))) return true;
  return isArgument || (typeof value === 'string' && SECRET_FORMS.some(({ form }) => form.test(value)));
}

// A key's id says where it is kept, and so do URLs that a vault gives. A flag is no secret.
const isPlain = (value: unknown): boolean =>
  typeof value === 'string' &&
  (/^(?:true|false)$/i.test(value) || KEPT_IN_VAULT.test(value) || parseReference(value) !== undefined);

const KEPT_IN_VAULT =
  /^https:\/\/[a-z\d-]{1,127}\.(?:vault|managedhsm)\.[a-z.]{1,60}(?::443)?\/(?:keys|secrets|certificates)\/[\w-]{1,127}(?:\/[\da-f]{32})?\/?$/i;

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...value];
  return typeof value === 'object' && value !== null ? { ...value } : value;
}

function placesIn(holder: unknown, { name: holdersName, steps }: Place): Place[] {
  if (typeof holder !== 'object' || holder === null) return [];
  const isList = Array.isArray(holder);
  const isArgument = isList && isCommand(holdersName) ? secretsIn(holder) : () => false;
  return Object.entries(holder).map(([key, value]) => {
    const name = isList ? Number(key) : key;
    return { holder, key, name, value, steps: below(steps, name), isArgument: isArgument(Number(key)) };
  });
}

/** Below a secret everything is one, but for texts, below which nothing is. */
function below(steps: readonly Step[], key: string | number): readonly Step[] {
  const name = typeof key === 'number' ? '' : folded(key);
  const further: Step[] = typeof key === 'number' ? [] : [...anywhere(name)];
  for (const { left, isOfText, isByName } of steps) {
    if (left.length === 0 && !isOfText) further.push({ left, isOfText });
    if (left[0] === '*' || left[0] === name) further.push({ left: left.slice(1), isOfText, isByName });
  }
  return further;
}

function anywhere(written: string): readonly Step[] {
  const name = written.replace(/[_-]/g, '');
  return BEGINNING_WITH.get(name) ?? (ENDINGS.test(name) ? OF_THE_NAME : []);
}

/** A text of a name, and that of the object of a name. */
const OF_THE_NAME: readonly Step[] = [[], ['value']].map((left) => ({ left, isOfText: true, isByName: true }));

const isOfEveryType = ({ type }: SecretPlace): boolean => type === '*';
const namesOf = ({ path }: SecretPlace): string[] => folded(path).split('.');

const OF_TYPE: ReadonlyMap<string, readonly Step[]> = new Map(
  [...Map.groupBy(SECRET_PLACES, ({ type }) => folded(type))]
    .filter(([type]) => type !== '*')
    .map(([type, places]) => [
      type,
      places.map((place) => ({ left: namesOf(place), isOfText: place.isOfText, isByName: place.isOfText })),
    ]),
);

const ANYWHERE = SECRET_PLACES.filter(isOfEveryType).map((place) => namesOf(place).slice(1));
const ENDINGS = new RegExp(
  `(?:${ANYWHERE.flatMap(([name]) => (name?.startsWith('*') ? [name.slice(1)] : [])).join('|')})$`,
);
const BEGINNING_WITH: ReadonlyMap<string | undefined, readonly Step[]> = new Map(
  [...Map.groupBy(ANYWHERE, ([name]) => name)].map(([name, paths]) => [
    name,
    paths.flatMap(([, ...left]) => stepsOf(left)),
  ]),
);

function stepsOf(left: readonly string[]): readonly Step[] {
  if (left[0] === '**') return [{ left: [], isOfText: false }];
  const here: Step = { left, isOfText: true };
  return left.length === 0 ? [here, { ...here, left: ['value'] }] : [here];
}
