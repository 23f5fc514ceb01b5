import { type ErrorCode, GatewayError } from '../errors.ts';
import { SecretText } from '../secret-text.ts';
import type { Asked, Read, Seen } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import { isAbsent } from './errors.ts';
import { mergingLoader } from './loader.ts';
import { byName, checked, folded } from './name.ts';
import {
  asProperties,
  asVersion,
  checkIsOf,
  KEPT_WITH_VALUE,
  newestFirst,
  type Secret,
  type SecretProperties,
  unusableIfPlain,
} from './secret-record.ts';
import type { SecretReference } from './secret-reference.ts';

export type { Secret, SecretProperties } from './secret-record.ts';

export interface SecretName {
  readonly name: string;
  readonly vault?: string | null | undefined;
}

export interface VersionName extends SecretName {
  readonly version?: string | null | undefined;
}

export interface Secrets {
  /** The checked name of a secret and of its vault, the default one where none is given. Throws BAD_USER_INPUT, costs nothing. */
  named(of: VersionName): { name: string; vault: string };
  /** The checked name of a vault, the default one where none is given. Throws BAD_USER_INPUT, costs nothing. */
  vaultOf(asked: string | null | undefined): string;
  /**
   * One secret; null when absent. With its value it costs one get, without it one walk through its versions:
   * the value does not enter the process unasked.
   */
  get(of: SecretName & { version?: string | null | undefined; withValue: boolean }): Promise<Secret | null>;
  /** The secret of a URL, without its value; its id stays that URL. Null when absent. */
  at(reference: SecretReference): Promise<Secret | null>;
  /** The properties of all secrets of a vault, by name; one call a page of 25. */
  list(of: Omit<SecretName, 'name'>): Promise<readonly SecretProperties[]>;
  /** All versions of a secret, newest first; empty when absent. */
  listVersions(of: SecretName): Promise<readonly Secret[]>;
}

export function secrets(clients: Clients, read: Read): Secrets {
  // Whoever of a batch selects the value reads it for those who do not.
  const gets = mergingLoader<SecretKey, Secret | null>(
    (key, batch) =>
      batch.some((other) => other.withValue && versionKey(other) === versionKey(key))
        ? getSecret(key)
        : getProperties(key),
    (key) => `${versionKey(key)}?value=${key.withValue}`,
  );
  const values = mergingLoader(getWithValue, versionKey);
  const versions = mergingLoader(listAllVersions, ({ vault, name }) => `${vault}/${folded(name)}`);
  const lists = mergingLoader(listAll, (vault: string) => vault);

  return {
    named,
    vaultOf,
    get,
    at: async ({ id, ...reference }) => {
      const secret = await get({ ...reference, withValue: false });
      return secret && { ...secret, id };
    },
    list: async ({ vault }) => lists.load(vaultOf(vault)),
    listVersions: async ({ name, vault }) => versions.load(named({ name, vault })),
  };

  async function get({ name, vault, version, withValue }: Parameters<Secrets['get']>[0]): Promise<Secret | null> {
    return gets.load({
      ...named({ name, vault }),
      version: version == null ? undefined : folded(checked.secretVersion(version)),
      withValue,
    });
  }

  function named({ name, vault, version }: VersionName): { name: string; vault: string } {
    if (version != null) checked.secretVersion(version);
    return { name: checked.secretName(name), vault: vaultOf(vault) };
  }

  function vaultOf(asked: string | null | undefined): string {
    const name = asked ?? clients.defaults.vaultName;
    if (name !== undefined) return folded(checked.vaultName(name));
    throw new GatewayError('BAD_USER_INPUT', 'Say which vault: the gateway has no default one (KEYVAULT_VAULT_NAME).');
  }

  async function getSecret(key: SecretKey): Promise<Secret | null> {
    try {
      return await values.load(key);
    } catch (error) {
      if (!(error instanceof GatewayError) || !OF_THE_VALUE_ALONE.has(error.code)) throw error;
      // Where the properties cannot be read either, why the value cannot is what the caller needs to hear.
      const properties = await getProperties(key, error.code === 'SECRET_DISABLED').catch(() => null);
      if (!properties) throw error;
      return { ...properties, value: error };
    }
  }

  /** The newest version's, or those of the version asked for. Where two were made in one second, the disabled one is meant. */
  async function getProperties({ vault, name, version }: SecretKey, isDisabled = false): Promise<Secret | null> {
    const all = await versions.load({ vault, name });
    const asked = version === undefined ? all : all.filter((each) => each.version === version);
    const disabled = isDisabled ? asked.find(({ enabled }) => enabled === false) : undefined;
    return disabled ?? asked[0] ?? null;
  }

  function getWithValue({ vault, name, version }: SecretKey): Promise<Secret | null> {
    const value = { operation: 'secrets.get', key: `${folded(name)}/${version ?? ''}`, ...KEPT_WITH_VALUE };
    return readVault(vault, value, async ({ client, idOf }, seen): Promise<Secret | null> => {
      try {
        let upstreamRequestId: string | undefined;
        const onResponse = ({ headers }: { headers: { get(name: string): string | undefined } }) => {
          upstreamRequestId = headers.get('x-ms-request-id');
        };
        const { properties, value } = await client.getSecret(name, { ...(version && { version }), onResponse });
        checkIsOf(properties, idOf(`${name}/${version ?? ''}`));
        if (typeof value !== 'string') throw new TypeError('The value is no text.');
        return { ...asVersion(properties, vault, seen), value: SecretText.of(value), upstreamRequestId };
      } catch (error) {
        if (isAbsent(error, ['SecretNotFound'])) return null;
        throw error;
      }
    });
  }

  function listAllVersions({ vault, name }: VersionsKey): Promise<readonly Secret[]> {
    const listed = { operation: 'secrets.listVersions', key: folded(name), isAbsent: isEmpty };
    return readVault<readonly Secret[]>(vault, listed, async ({ client, idOf }, seen) => {
      try {
        const all = client.listPropertiesOfSecretVersions(name);
        const versions = await Array.fromAsync(all, (properties) => {
          checkIsOf(properties, idOf(`${name}/`));
          return asVersion(properties, vault, seen);
        });
        return versions.sort(newestFirst);
      } catch (error) {
        if (isAbsent(error, ['SecretNotFound'])) return [];
        throw error;
      }
    });
  }

  function listAll(vault: string): Promise<readonly SecretProperties[]> {
    return readVault(vault, { operation: 'secrets.list', key: '' }, async ({ client, idOf }, seen) => {
      const all = client.listPropertiesOfSecrets();
      const listed = await Array.fromAsync(all, (properties) => {
        checkIsOf(properties, idOf(''));
        return asProperties(properties, vault, seen);
      });
      return listed.sort(byName);
    });
  }

  function readVault<Answer>(
    name: string,
    { key, ...asked }: OfVault<Answer>,
    act: (vault: Vault, seen: Seen) => Promise<Answer>,
  ): Promise<Answer> {
    const { host, client } = clients.vault(name);
    return read<Answer>({
      ...asked,
      kind: 'secret',
      source: 'KEY_VAULT',
      upstream: { host, grant: `the role Key Vault Secrets User on vault ${name}` },
      key: `${name}/${key}`,
      async act(seen) {
        try {
          return await act({ client: await client(), idOf: (path) => `https://${host}/secrets/${path}` }, seen);
        } catch (error) {
          throw unusableIfPlain(error);
        }
      },
    });
  }
}

type OfVault<Answer> = Omit<Asked<Answer>, 'kind' | 'source' | 'upstream' | 'act'>;

const isEmpty = (list: readonly unknown[]): boolean => list.length === 0;

interface Vault {
  readonly client: Awaited<ReturnType<ReturnType<Clients['vault']>['client']>>;
  /** Of what is at this path in it. */
  idOf(path: string): string;
}

interface VersionsKey {
  readonly vault: string;
  readonly name: string;
}

interface SecretKey extends VersionsKey {
  readonly version: string | undefined;
  readonly withValue: boolean;
}

const versionKey = ({ vault, name, version }: SecretKey): string => `${vault}/${folded(name)}/${version ?? ''}`;

// A disabled secret, and an identity that may list and not get: the properties can still be read.
const OF_THE_VALUE_ALONE: ReadonlySet<ErrorCode> = new Set(['SECRET_DISABLED', 'FORBIDDEN']);
