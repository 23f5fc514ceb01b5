import type { Fault } from './faults.ts';
import type { NewResource } from './resource-changes.ts';
import type { NewRoleAssignment, NewSecret } from './world-changes.ts';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, readonly [check: Check, expected: string]>>;

/** Thrown when a body is not what the admin API takes; the message says what it should be. */
export class InputError extends Error {}

const SERVICES = ['imds', 'entra', 'arm', 'resource-graph', 'key-vault'];
const text = [(value: unknown) => typeof value === 'string', 'a string'] as const;
const flag = [(value: unknown) => typeof value === 'boolean', 'true or false'] as const;
const time = [
  (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  'a time such as "2030-01-31T00:00:00Z"',
] as const;
function areHeaders(value: unknown): boolean {
  try {
    return texts[0](value) && new Headers(value as Record<string, string>) !== undefined;
  } catch {
    return false;
  }
}

const texts = [
  (value: unknown) => isRecord(value) && Object.values(value).every((one) => typeof one === 'string'),
  'an object of strings',
] as const;

const FAULT: Fields = {
  service: [(value) => typeof value === 'string' && SERVICES.includes(value), `one of ${SERVICES.join(', ')}`],
  path: text,
  host: text,
  status: [
    (value) => isCount(value) && value >= 200 && value <= 599 && ![204, 205, 304].includes(value),
    'a status from 200 to 599 that may have a body',
  ],
  headers: [areHeaders, 'an object of header names and values'],
  body: [() => true, 'anything'],
  delayInMs: [isCount, 'a number of milliseconds'],
  truncateTo: [isCount, 'a number of rows'],
  reset: flag,
  hang: flag,
  breaksOff: [(value) => value === 'reset' || value === 'hang', '"reset" or "hang"'],
  times: [(value) => isCount(value) && value > 0, 'a number above 0'],
};
const bag = [isRecord, 'an object'] as const;
const RESOURCE: Fields = {
  ...{ id: text, location: text, kind: text, managedBy: text, provisioningState: text, tags: texts },
  ...{ sku: bag, plan: bag, properties: bag, identity: bag, extendedLocation: bag },
  zones: [(value) => Array.isArray(value) && value.every((one) => typeof one === 'string'), 'a list of strings'],
};
const ROLE_ASSIGNMENT: Fields = {
  principalId: text,
  role: text,
  scope: [(value) => typeof value === 'string' && value.startsWith('/'), 'an ARM id, or "/" for everything'],
};
const SECRET: Fields = {
  vault: text,
  name: text,
  value: text,
  contentType: text,
  enabled: flag,
  expiresAt: time,
  notBefore: time,
  tags: texts,
};

// Each cast below says what `checked` has just made sure of.
export function readFault(body: unknown): Fault {
  return checked(body, FAULT, ['service']) as unknown as Fault;
}

export function readRoleAssignment(body: unknown): NewRoleAssignment {
  return checked(body, ROLE_ASSIGNMENT, ['principalId', 'role', 'scope']) as unknown as NewRoleAssignment;
}

export function readSecret(body: unknown): NewSecret {
  return checked(body, SECRET, ['vault', 'name', 'value']) as unknown as NewSecret;
}

export function readResource(body: unknown): NewResource {
  return checked(body, RESOURCE, ['id', 'location']) as unknown as NewResource;
}

function checked(body: unknown, fields: Fields, required: readonly string[]): Record<string, unknown> {
  if (!isRecord(body)) throw new InputError('The body must be a JSON object.');
  const missing = required.filter((name) => body[name] === undefined).map((name) => `'${name}' is required.`);
  const wrong = Object.entries(body).flatMap(([name, value]) => {
    const field = fields[name];
    if (!field) return [`'${name}' is not known; known are ${Object.keys(fields).join(', ')}.`];
    return field[0](value) ? [] : [`'${name}' must be ${field[1]}.`];
  });
  if (missing.length + wrong.length > 0) throw new InputError([...missing, ...wrong].join(' '));
  return body;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
