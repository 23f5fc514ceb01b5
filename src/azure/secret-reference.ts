import { folded, isName } from './name.ts';

/** The secret that a text refers to; the vault's name and the version without letter case. */
export interface SecretReference {
  /** Its URL, without a version where none is named. */
  readonly id: string;
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

/** Whether it is the id of a secret in lower case, of a vault of whatever cloud. */
export function isFoldedSecret(text: string): boolean {
  const { suffix = '' } = URL_FORM.exec(text)?.groups ?? {};
  const { id } = (/^[a-z0-9.-]+$/.test(suffix) && parseSecretReference(text, suffix)) || {};
  return id !== undefined && folded(id) === text;
}

const MAX_CHARACTERS = 1024;
const URL_FORM =
  /^https:\/\/(?<vault>[^./:@]+)\.(?<suffix>[^/:@]+)(?::443)?\/secrets\/(?<name>[^/]+)(?:\/(?<version>[^/]+))?\/?$/i;

function fromUrl(url: string, vaultSuffix: string): SecretReference | undefined {
  const { vault = '', suffix = '', name = '', version } = URL_FORM.exec(url)?.groups ?? {};
  return folded(suffix) === folded(vaultSuffix) ? wellFormed({ vault, name, version }, vaultSuffix) : undefined;
}

function fromParts(inner: string, vaultSuffix: string): SecretReference | undefined {
  const parts = inner
    .split(';')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [key = '', ...value] = part.split('=');
      return [folded(key.trim()), value.join('=').trim()] as const;
    });
  const { secreturi, vaultname = '', secretname = '', secretversion, ...others } = Object.fromEntries(parts);
  // What is written is answered: a text that says more than which secret is none.
  if (Object.keys(others).length > 0) return undefined;
  if (secreturi !== undefined) return parts.length === 1 ? fromUrl(secreturi, vaultSuffix) : undefined;
  return wellFormed({ vault: vaultname, name: secretname, version: secretversion || undefined }, vaultSuffix);
}

function wellFormed(
  { vault: inAnyCase, name, version: given }: Omit<SecretReference, 'id'>,
  vaultSuffix: string,
): SecretReference | undefined {
  const isOne =
    isName.vaultName(inAnyCase) && isName.secretName(name) && (given === undefined || isName.secretVersion(given));
  if (!isOne) return undefined;
  const [vault, version] = [folded(inAnyCase), given && folded(given)];
  const id = `https://${vault}.${vaultSuffix}/secrets/${name}${version === undefined ? '' : `/${version}`}`;
  return { id, vault, name, version };
}
