import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createServerCertificate } from '../../emulator/network/certificate.ts';
import type { TlsFiles } from '../../src/config.ts';

/** The files of a certificate of its own, until the test is over. */
export async function tlsFiles(t: TestContext): Promise<TlsFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
  const { chain, key } = await createServerCertificate(['localhost']);
  writeFileSync(files.certFile, chain);
  writeFileSync(files.keyFile, key);
  return files;
}
