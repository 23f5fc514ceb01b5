import { randomUUID } from 'node:crypto';
import {
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';

export type Claims = Readonly<Record<string, unknown>>;
type Document = 'discovery' | 'keys';

export const TENANT = '8f0e5a3c-1d2b-4c6f-9a70-5b1e2d3c4f50';
export const AUDIENCE = 'api://gateway';

/** An OIDC issuer in this process. It is asked through a network, see `networkOf`. */
export interface Issuer {
  readonly url: string;
  readonly discoveryUrl: string;
  readonly keysUrl: string;
  answer(request: Request): Promise<Response>;
  /** An access token for AUDIENCE, an hour long. A claim given as undefined is left out; `header` adds to the header. */
  mint(claims?: Claims, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** From here on signs with another key, and publishes that one alone. */
  rotateKey(algorithm?: string): Promise<void>;
  publicKeyPem(): Promise<string>;
  publicJwk(): Promise<JWK>;
  /** Answers a document in another way, until `recover`. */
  answerWith(document: Document, answer: () => Response | Promise<Response>): void;
  goDown(): void;
  recover(): void;
}

/** Entra as an application sees it; v2.0 unless another issuer of its forms is named. */
export const createEntra = (url = `https://login.microsoftonline.com/${TENANT}/v2.0`): Issuer =>
  createIssuer(url, {
    ...{ tid: TENANT, oid: 'ada-oid', sub: 'ada-oid', azp: 'client-1', idtyp: 'app', ver: '2.0' },
    ...{ roles: ['Estate.Reader'], groups: ['group-1'] },
  });

/** A cluster's issuer of service account tokens. */
export const createCluster = (url = 'https://cluster.example/issuer/'): Issuer =>
  createIssuer(url, { aud: [AUDIENCE], sub: 'system:serviceaccount:billing:api', jti: randomUUID() });

export function createIssuer(url: string, subject: Claims): Issuer {
  const base = url.replace(/\/$/, '');
  const [discoveryUrl, keysUrl] = [`${base}/.well-known/openid-configuration`, `${base}/keys`];
  let key = createKey();
  let otherwise: Partial<Record<Document, () => Response | Promise<Response>>> = {};
  const down = async (): Promise<Response> => {
    throw new TypeError('fetch failed');
  };

  return {
    url,
    discoveryUrl,
    keysUrl,
    async answer(request) {
      if (request.url === discoveryUrl) {
        return otherwise.discovery?.() ?? Response.json({ issuer: url, jwks_uri: keysUrl });
      }
      if (request.url !== keysUrl) return new Response(null, { status: 404 });
      return otherwise.keys?.() ?? Response.json({ keys: [await publicJwkOf(await key)] });
    },
    async mint(claims, header) {
      const { privateKey, kid, alg } = await key;
      const now = Math.floor(Date.now() / 1000);
      const times = { iat: now, nbf: now, exp: now + 3600 };
      return new SignJWT({ aud: AUDIENCE, iss: url, ...times, ...subject, ...claims })
        .setProtectedHeader({ alg, kid, typ: 'JWT', ...header })
        .sign(privateKey);
    },
    async rotateKey(algorithm) {
      key = createKey(algorithm);
      await key;
    },
    publicKeyPem: async () => exportSPKI((await key).publicKey),
    publicJwk: async () => publicJwkOf(await key),
    answerWith(document, answer) {
      otherwise = { ...otherwise, [document]: answer };
    },
    goDown() {
      otherwise = { discovery: down, keys: down };
    },
    recover() {
      otherwise = {};
    },
  };
}

export interface Network {
  /** Every URL that was asked, wherever it leads. */
  readonly calls: readonly string[];
  readonly fetch: typeof globalThis.fetch;
}

/** The outside, in which these issuers alone exist. It follows a redirect where it is asked to. */
export function networkOf(...issuers: readonly Issuer[]): Network {
  const calls: string[] = [];
  const fetch: Network['fetch'] = async (input, init) => {
    const request = new Request(input, init);
    calls.push(request.url);
    request.signal.throwIfAborted();
    const issuer = issuers.find(({ discoveryUrl, keysUrl }) => [discoveryUrl, keysUrl].includes(request.url));
    if (!issuer) throw new TypeError('fetch failed');
    const response = await issuer.answer(request);
    const location = response.headers.get('location');
    return location && request.redirect === 'follow' ? fetch(location, init) : response;
  };
  return { calls, fetch };
}

interface Key {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly alg: string;
  readonly kid: string;
}

async function createKey(alg = 'ES256'): Promise<Key> {
  return { ...(await generateKeyPair(alg, { extractable: true })), alg, kid: randomUUID() };
}

const publicJwkOf = async ({ publicKey, kid, alg }: Key): Promise<JWK> => ({
  ...(await exportJWK(publicKey)),
  ...{ kid, alg, use: 'sig' },
});
