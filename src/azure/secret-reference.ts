import { folded, isName } from './name.ts';

/** The secret that a text refers to; the vault's name without letter case. */
export interface SecretReference {
  readonly vault: string;
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * Reads a secret's URL of a vault of this cloud (`vaultSuffix`), or App Service's reference to one. Undefined where the text is
 * anything else, or not even a name that Azure can have.
 * https://learn.microsoft.com/azure/app-service/app-service-key-vault-references
 */
export function parseSecretReference(text: string, vaultSuffix: string): SecretReference | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const inner = /^@Microsoft\.KeyVault\((?<inner>[^()]+)\)$/i.exec(text)?.groups?.inner;
  return inner === undefined ? fromUrl(text, vaultSuffix) : fromParts(inner, vaultSuffix);
}

/** The URL of the secret, or of the version of it. */
export const secretUrl = ({ vault, name, version }: SecretReference, vaultSuffix: string): string =>
  `https://${vault}.${vaultSuffix}/secrets/${name}${version === undefined ? '' : `/${version}`}`;

const MAX_CHARACTERS = 1024;
const URL_FORM =
  /^https:\/\/(?<vault>[^./:@]+)\.(?<suffix>[^/:@]+)(?::443)?\/secrets\/(?<name>[^/]+)(?:\/(?<version>[^/]+))?\/?$/i;

function fromUrl(url: string, vaultSuffix: string): SecretReference | undefined {
  const { vault = '', suffix = '', name = '', version } = URL_FORM.exec(url)?.groups ?? {};
  return folded(suffix) === folded(vaultSuffix) ? wellFormed(vault, name, version) : undefined;
}

function fromParts(inner: string, vaultSuffix: string): SecretReference | undefined {
  const parts = new Map(
    inner.split(';').map((part) => {
      const [key = '', ...value] = part.split('=');
      return [folded(key.trim()), value.join('=').trim()];
    }),
  );
  const url = parts.get('secreturi');
  if (url !== undefined) return fromUrl(url, vaultSuffix);
  return wellFormed(
    parts.get('vaultname') ?? '',
    parts.get('secretname') ?? '',
    parts.get('secretversion') || undefined,
  );
}

function wellFormed(vault: string, name: string, version: string | undefined): SecretReference | undefined {
  const isOne =
    isName.vaultName(vault) && isName.secretName(name) && (version === undefined || isName.secretVersion(version));
  return isOne ? { vault: folded(vault), name, version: version && folded(version) } : undefined;
}
