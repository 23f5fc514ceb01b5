import { folded } from './name.ts';
import { SECRET_PLACES, type SecretPlace } from './secret-place.ts';

/** What is left of a path of the table where one has come to; nothing where the secret is. `#` is every element of a list. */
export interface Step extends Pick<SecretPlace, 'isOfText' | 'isByName'> {
  readonly left: readonly string[];
}

/** At the `properties` of a type. */
export const stepsOf = (type: string): readonly Step[] => OF_TYPE.get(folded(type)) ?? [];

/** At a field or an element of where these are. Below a secret everything is one, but for texts, below which nothing is. */
export function below(steps: readonly Step[], key: string | number): readonly Step[] {
  const name = typeof key === 'number' ? '' : folded(key);
  const further: Step[] = typeof key === 'number' ? [] : [...anywhere(name)];
  for (const step of steps) {
    if (step.left.length === 0 && !step.isOfText) further.push(step);
    if (isNext(step, key, name)) further.push({ ...step, left: step.left.slice(1) });
  }
  return further;
}

function isNext({ left: [next], isByName }: Step, key: string | number, name: string): boolean {
  if (next === '#') return typeof key === 'number';
  return next === '*' ? !(isByName && isTelling(name)) : next === name;
}

const isTelling = (name: string): boolean => TELLING.has(name) || /(?:days|hours|minutes|seconds)$/.test(name);

function anywhere(written: string): readonly Step[] {
  const name = written.replace(/[_-]/g, '');
  return [...(BEGINNING_WITH.get(name) ?? []), ...ofEnding(name)];
}

function ofEnding(name: string): readonly Step[] {
  const { plural } = ENDINGS.exec(name)?.groups ?? { plural: undefined };
  if (plural === undefined) return [];
  if (plural === '') return OF_ONE;
  return name.endsWith('keys') ? OF_KEYS : OF_SEVERAL;
}

// Fields that say of keys or secrets which, where or until when, in an object that may as well hold them by their names.
const TELLING = new Set(
  `algorithm, clientId, created, creationTime, description, displayName, enabled, expirationTime, expiresOn, expiry, id, identity,
  identityClientId, keyId, keyIdentifier, keyName, keySource, keyUri, keyUrl, keyVaultId, keyVaultUri, keyVaultUrl, keyVersion, kind, name,
  permissions, provider, publicKey, rights, rotationPeriod, secretId, secretName, secretRef, secretUri, secretUrl, secretVersion, source,
  state, status, thumbprint, type, updated, vaultUri, vaultUrl, version`
    .toLowerCase()
    .split(/,\s+/),
);

const byName = (left: string): Step => ({ left: left === '' ? [] : left.split(' '), isOfText: true, isByName: true });

const OF_ONE: readonly Step[] = ['', 'value', '#'].map(byName);
const OF_SEVERAL: readonly Step[] = ['', '*', '* value', '* #'].map(byName);
const OF_KEYS: readonly Step[] = [...OF_SEVERAL, byName('* key')];

const kindOf = ({ isOfText, isByName }: SecretPlace) => ({ isOfText, isByName });
const namesOf = ({ path }: SecretPlace): readonly string[] => folded(path).split('.');

const { anywhere: EVERYWHERE = [], ofType: TYPED = [] } = Object.groupBy(SECRET_PLACES, ({ type }) =>
  type === '*' ? 'anywhere' : 'ofType',
);

const OF_TYPE: ReadonlyMap<string, readonly Step[]> = new Map(
  [...Map.groupBy(TYPED, ({ type }) => folded(type))].map(([type, places]) => [
    type,
    places.map((place) => ({ left: namesOf(place), ...kindOf(place) })),
  ]),
);

const nameOf = (place: SecretPlace): string => namesOf(place)[1] ?? '';
const ENDINGS = new RegExp(
  `(?:${EVERYWHERE.map(nameOf)
    .flatMap((name) => (name.startsWith('*') ? [name.slice(1)] : []))
    .join('|')})(?:value|text|string)?(?<plural>s?)\\d*$`,
);

const BEGINNING_WITH: ReadonlyMap<string, readonly Step[]> = new Map(
  [...Map.groupBy(EVERYWHERE, nameOf)].map(([name, places]) => [name, places.flatMap(stepsBehind)]),
);

/** What follows the first name of a place of every type. */
function stepsBehind(place: SecretPlace): readonly Step[] {
  const [, , ...left] = namesOf(place);
  if (left[0] === '**') return [{ left: [], isOfText: false, isByName: false }];
  const here = { left, ...kindOf(place) };
  return left.length === 0 ? [here, { ...here, left: ['value'] }] : [here];
}
