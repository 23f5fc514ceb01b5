import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface ServerCertificate {
  /** PEM, to be trusted by clients. */
  readonly authority: string;
  /** PEM, leaf and authority. */
  readonly chain: string;
  /** PEM; it never leaves the process. */
  readonly key: string;
}

const LIFETIME_IN_DAYS = 30;
const DAY_IN_MS = 86_400_000;
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const AUTHORITY_NAME = 'CN=Local Azure CA';

/** A certificate for these names, signed by an authority that is made for it and whose key is forgotten at once. */
export async function createServerCertificate(names: readonly string[]): Promise<ServerCertificate> {
  const [authority, leaf] = await Promise.all([createKeys(), createKeys()]);
  const validity = {
    notBefore: new Date(Date.now() - DAY_IN_MS),
    notAfter: new Date(Date.now() + LIFETIME_IN_DAYS * DAY_IN_MS),
    signingAlgorithm: ALGORITHM,
  };
  const authorityCertificate = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: AUTHORITY_NAME,
    keys: authority,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const leafCertificate = await X509CertificateGenerator.create({
    ...validity,
    subject: 'CN=Local Azure',
    issuer: AUTHORITY_NAME,
    publicKey: leaf.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
      await SubjectKeyIdentifierExtension.create(leaf.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const [authorityPem, leafPem] = [authorityCertificate, leafCertificate].map((each) => `${each.toString('pem')}\n`);
  return { authority: `${authorityPem}`, chain: `${leafPem}${authorityPem}`, key: await pem(leaf.privateKey) };
}

const createKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

async function pem(key: CryptoKey): Promise<string> {
  const base64 = Buffer.from(await crypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}
