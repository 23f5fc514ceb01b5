import type { PropertyPath } from './property-path.ts';
import { parseReference } from './resource-id.ts';
import { isCommand, isLoneArgument, secretsIn } from './secret-argument.ts';
import { SECRET_FORMS } from './secret-form.ts';
import { below, type Step, stepsOf } from './secret-step.ts';

/** What is answered instead of a secret that stands in plain where it should not. */
export const REDACTED = '[redacted]';

/**
 * The properties of a resource of a type, or what stands `at` a place in them, with every known place of plain secrets
 * answered as `[redacted]`. What is empty stays. The properties given are left as they are.
 */
export function redacted(type: string, properties: unknown, at: PropertyPath = []): unknown {
  const root = { properties };
  const steps = at.reduce(below, stepsOf(type));
  const name = at.at(-1) ?? '';
  const places = placesFrom({
    holder: root,
    key: 'properties',
    name,
    value: properties,
    steps,
    isArgument: isLoneArgument(at),
  });
  for (const [{ holder, key }, shown] of places) Reflect.set(holder, key, shown);
  return root.properties;
}

/** A place and all in it with what is shown there; into what is hidden it does not go. */
function* placesFrom(place: Place): Generator<readonly [place: Place, shown: unknown, isHidden: boolean]> {
  // Not by recursion: how deep properties go is not ours to say.
  const work = [place];
  for (let next = work.pop(); next; next = work.pop()) {
    const isHidden = isSecret(next);
    const shown = isHidden ? REDACTED : copyOf(next.value);
    yield [next, shown, isHidden];
    for (const inner of placesIn(shown, next)) work.push(inner);
  }
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

function isSecret({ name, value, steps, isArgument }: Place): boolean {
  if (value === null || value === undefined || value === '') return false;
  const isText = typeof value === 'string' || typeof value === 'number';
  const isMeant = ({ isOfText, isByName }: Step) => !isOfText || (isText && !(isByName && isPlain(value)));
  if (steps.some((step) => step.left.length === 0 && isMeant(step))) return true;
  return isArgument || (typeof value === 'string' && (hasForm(value) || isJsonOfSecrets(name, value)));
}

const hasForm = (text: string): boolean => SECRET_FORMS.some(({ form }) => form.test(text));

/** Whether a text is JSON in which something would be hidden. */
function isJsonOfSecrets(name: string | number, text: string): boolean {
  if (!/^\s*["[{]/.test(text)) return false;
  const root: Place = { holder: {}, key: '', name, value: jsonIn(text), steps: [], isArgument: false };
  for (const [, , isHidden] of placesFrom(root)) if (isHidden) return true;
  return false;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A key's id says where it is kept, and so do URLs that a vault gives. A flag is no secret, nor is what a vault's permissions are called.
const isPlain = (value: unknown): boolean =>
  typeof value === 'string' &&
  (FLAG.test(value) || PERMISSION.test(value) || KEPT_IN_VAULT.test(value) || parseReference(value) !== undefined);

const FLAG = /^(?:true|false|enabled|disabled)$/i;

// https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update#keypermissions
const PERMISSION =
  /^(?:all|backup|create|decrypt|delete|encrypt|get|getrotationpolicy|import|list|purge|recover|release|restore|rotate|set|setrotationpolicy|sign|unwrapkey|update|verify|wrapkey)$/i;

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
