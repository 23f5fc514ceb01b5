import { createHash } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

/** Entra's signing key: made on first use, one for the process, so that worlds share it as they share a tenant. */
export const entraKey = lazyKey();
/** The signing key of contoso's Kubernetes cluster, which vouches for its service accounts. */
export const kubernetesKey = lazyKey();

function lazyKey(): () => Promise<SigningKey> {
  let key: Promise<SigningKey> | undefined;
  return () => {
    key ??= createKey();
    return key;
  };
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { modulusLength: 2048 });
  const { kty, n, e } = await exportJWK(publicKey);
  const id = createHash('sha256')
    .update(n ?? '')
    .digest('base64url')
    .slice(0, 27);
  return { id, privateKey, publicKey, jwk: { kty, use: 'sig', alg: 'RS256', kid: id, n, e } as JWK };
}
