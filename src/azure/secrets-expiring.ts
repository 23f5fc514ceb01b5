import pLimit from 'p-limit';
import { GatewayError } from '../errors.ts';
import type { Clients } from './clients.ts';
import {
  type Completeness,
  completenessOf,
  type MissingScope,
  missing,
  throwLimit,
  unlessLimited,
} from './completeness.ts';
import { decodeCursor, encodeCursor, hashOf, notACursor } from './cursor.ts';
import { checked, compare, folded } from './name.ts';
import { checkedSize, type NodePage, pageOf } from './page.ts';
import type { SecretProperties, Secrets } from './secret.ts';
import type { KeyVaults } from './vault.ts';

const VAULTS_AT_A_TIME = 4;
const MAX_VAULTS = 100;
const PAGE_SIZE = 50;

export interface ExpiringSecret extends SecretProperties {
  readonly expiresAt: Date;
}

export interface ExpiringSecrets extends NodePage<ExpiringSecret> {
  readonly totalCount: number;
  readonly completeness: Completeness;
}

export interface ExpiringAsked {
  readonly before: Date;
  readonly vaults?: readonly string[] | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly may: MayReadProperties;
  /** Whether its completeness is asked for. */
  readonly isLackAsked: boolean;
}

/** Of whose secrets the caller may read the properties. */
export interface MayReadProperties {
  /** Why of no secret in this vault; undefined where it may be of some. */
  denial(vault: string): GatewayError | undefined;
  of(secret: SecretProperties): boolean;
}

export interface SecretsExpiring {
  /** The checked names of the vaults that are asked for, sorted; undefined: every one. Throws BAD_USER_INPUT, costs nothing. */
  vaultsOf(asked: readonly string[] | null | undefined): readonly string[] | undefined;
  /**
   * A page, soonest first; each vault is listed whole, 25 a call. What cannot be read, or not by the deadline, is named in
   * `completeness`, and so is a vault that was asked for and is denied; one that was not asked for is then left out. Throws THROTTLED
   * where the request has too few calls left and nobody asks what is missing for that.
   */
  list(asked: ExpiringAsked): Promise<ExpiringSecrets>;
}

/** `secrets` and `keyVaults` are to end at the request's deadline. */
export function secretsExpiring(clients: Clients, secrets: Secrets, keyVaults: KeyVaults): SecretsExpiring {
  return { vaultsOf, list };

  async function list({ before, first, after, may, isLackAsked, ...asked }: ExpiringAsked): Promise<ExpiringSecrets> {
    const named = vaultsOf(asked.vaults);
    const size = checkedSize(first ?? PAGE_SIZE);
    const cursors = cursorsOf(before, named);
    const start = after == null ? undefined : cursors.decode(after);

    const asking = named ? asDenied(named, may) : await everyVault(may);
    const limit = pLimit(VAULTS_AT_A_TIME);
    const read = await Promise.all(asking.vaults.map((vault) => limit(() => listIn(vault))));
    const lacking = [...asking.missing, ...read.flatMap((each) => ('scope' in each ? each : []))];
    throwLimit(lacking, { isLackAsked });
    const expiring = read
      .flatMap((each) => ('scope' in each ? [] : each))
      .filter((secret): secret is ExpiringSecret => secret.expiresAt !== undefined && secret.expiresAt < before)
      .filter(may.of)
      .sort(soonestFirst);
    const rest = start ? expiring.filter((secret) => isAfter(secret, start)) : expiring;
    return {
      ...pageOf(rest.slice(0, size), {
        hasNextPage: rest.length > size,
        nodeOf: (secret) => secret,
        cursorOf: cursors.encode,
      }),
      totalCount: expiring.length,
      completeness: completenessOf(lacking),
    };
  }

  function vaultsOf(asked: readonly string[] | null | undefined): readonly string[] | undefined {
    if (asked == null) return undefined;
    if (asked.length < 1 || asked.length > MAX_VAULTS) throw notThatMany();
    return [...new Set(asked.map((name) => folded(checked.vaultName(name))))].sort();
  }

  function asDenied(vaults: readonly string[], may: MayReadProperties): Asking {
    const denied = vaults.flatMap((vault) => {
      const denial = may.denial(vault);
      return denial ? [{ vault, denial }] : [];
    });
    return {
      vaults: vaults.filter((vault) => !denied.some((each) => each.vault === vault)),
      missing: denied.map(({ vault, denial }) => missing(urlOf(vault), denial)),
    };
  }

  async function everyVault(may: MayReadProperties): Promise<Asking> {
    const listed = await unlessLimited('/', keyVaults.list());
    const { vaults, missing } = 'vaults' in listed ? listed : { vaults: [], missing: [listed] };
    // The identity may read a vault that ARM does not show it.
    const { vaultName } = clients.defaults;
    const all = new Set([...vaults.map(({ name }) => name), ...(vaultName === undefined ? [] : [folded(vaultName)])]);
    return { vaults: [...all].filter((vault) => !may.denial(vault)), missing };
  }

  async function listIn(vault: string): Promise<readonly SecretProperties[] | MissingScope> {
    try {
      return await secrets.list({ vault });
    } catch (error) {
      return missing(urlOf(vault), error);
    }
  }

  function urlOf(vault: string): string {
    return `https://${clients.vault(vault).host}`;
  }
}

interface Asking {
  readonly vaults: readonly string[];
  readonly missing: readonly MissingScope[];
}

/** A place in the order of `soonestFirst`. */
interface Place {
  readonly expiresAt: number;
  readonly vault: string;
  readonly name: string;
}

function cursorsOf(before: Date, vaults: readonly string[] | undefined) {
  const of = hashOf([before.getTime(), vaults ?? null]);
  return {
    encode(secret: ExpiringSecret): string {
      const { expiresAt, vault, name } = placeOf(secret);
      return encodeCursor(KIND, of, [String(expiresAt), vault, name]);
    },
    decode(text: string): Place {
      const [expiresAt = '', vault = '', name, ...rest] = decodeCursor(KIND, of, text);
      if (!/^\d{1,16}$/.test(expiresAt) || name === undefined || rest.length > 0) throw notACursor();
      return { expiresAt: Number(expiresAt), vault, name };
    },
  };
}

const KIND = 'secretsExpiring';

const placeOf = ({ expiresAt, vault, name }: ExpiringSecret): Place => {
  return { expiresAt: expiresAt.getTime(), vault, name: folded(name) };
};

const soonestFirst = (a: ExpiringSecret, b: ExpiringSecret): number => byPlace(placeOf(a), placeOf(b));

const isAfter = (secret: ExpiringSecret, start: Place): boolean => byPlace(placeOf(secret), start) > 0;

const byPlace = (a: Place, b: Place): number =>
  a.expiresAt - b.expiresAt || compare(a.vault, b.vault) || compare(a.name, b.name);

function notThatMany(): GatewayError {
  return new GatewayError('BAD_USER_INPUT', `vaults names 1 to ${MAX_VAULTS} vaults: give as many, or none for all.`);
}
