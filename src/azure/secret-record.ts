import type { SecretProperties as KeyVaultProperties } from '@azure/keyvault-secrets';
import type { GatewayError } from '../errors.ts';
import { SecretText } from '../secret-text.ts';
import type { Asked, Seen } from './cache/asked.ts';
import { given } from './errors.ts';
import { compare, folded } from './name.ts';
import { type Tag, tagList } from './tag.ts';
import { text } from './text.ts';

export interface SecretProperties extends Seen {
  readonly id: string;
  readonly name: string;
  readonly vault: string;
  /** Undefined where Key Vault lists secrets and not versions. */
  readonly version: string | undefined;
  readonly contentType: string | undefined;
  readonly enabled: boolean | undefined;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly notBefore: Date | undefined;
  readonly tags: readonly Tag[];
}

export interface Secret extends SecretProperties {
  readonly version: string;
  /** Undefined where it was not asked for; an error where the value alone cannot be read, as of a disabled secret. */
  readonly value: SecretText | GatewayError | undefined;
  /** Azure's id of the request that read the value. */
  readonly upstreamRequestId: string | undefined;
}

/** How a secret is kept with its value: a request is lent a copy of that, and what is kept is wiped when it is dropped. */
export const KEPT_WITH_VALUE: Pick<Asked<Secret | null>, 'isAbsent' | 'expiresAt' | 'lend' | 'wipe'> = {
  isAbsent: (secret) => secret === null,
  expiresAt: (secret) => secret?.expiresAt,
  lend(secret) {
    if (!(secret?.value instanceof SecretText)) return { answer: secret, wipe() {} };
    const value = secret.value.copy();
    return { answer: { ...secret, value }, wipe: () => value.wipe() };
  },
  wipe(secret) {
    if (secret?.value instanceof SecretText) secret.value.wipe();
  },
};

/** Throws where the record is of something else than was asked for: `begin` is what the ids begin with, whole where they end with a version. */
export function checkIsOf({ id }: Pick<KeyVaultProperties, 'id'>, begin: string): void {
  const isOf = folded(given(id, 'id')).startsWith(folded(begin));
  if (!isOf) throw new TypeError('The answer is of another secret.');
}

/** The SDK throws a plain Error at an id or a challenge of another form, and quotes it. */
export const unusableIfPlain = (error: unknown): unknown =>
  error instanceof Error && error.name === 'Error' ? new TypeError('The answer is of another form.') : error;

// Key Vault's times are whole seconds: where two versions share one, the later change counts as the newer.
export const newestFirst = (a: Secret, b: Secret): number =>
  time(b.createdAt) - time(a.createdAt) || time(b.updatedAt) - time(a.updatedAt) || compare(b.version, a.version);

const time = (date: Date | undefined): number => date?.getTime() ?? 0;

export function asVersion(properties: KeyVaultProperties, vault: string, seen: Seen): Secret {
  return {
    ...asProperties(properties, vault, seen),
    version: given(properties.version, 'version'),
    value: undefined,
    upstreamRequestId: undefined,
  };
}

export function asProperties(properties: KeyVaultProperties, vault: string, seen: Seen): SecretProperties {
  const { id = '', version, contentType, enabled, tags } = properties;
  return {
    ...{
      id,
      name: given(properties.name, 'name'),
      vault,
      version,
      contentType: text(contentType),
      tags: tagList(tags),
    },
    enabled: typeof enabled === 'boolean' ? enabled : undefined,
    createdAt: instant(properties.createdOn),
    updatedAt: instant(properties.updatedOn),
    expiresAt: instant(properties.expiresOn),
    notBefore: instant(properties.notBefore),
    ...seen,
  };
}

// The SDK makes a date of whatever it finds.
const instant = (date: Date | undefined): Date | undefined =>
  date && !Number.isNaN(date.getTime()) ? date : undefined;
