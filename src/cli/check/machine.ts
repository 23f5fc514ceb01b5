import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createSecureContext } from 'node:tls';
import { complaintsOf } from '../../complaint.ts';
import type { TlsFiles } from '../../config.ts';
import { failed, ok, type Row, skipped, warning, withPatience } from './row.ts';

/** Whether certificate and key fit together, and the certificate is valid today. */
export function checkTls(tls: TlsFiles | undefined, now = Date.now()): Row {
  const what = 'TLS';
  if (!tls) return skipped(what, 'TLS_CERT_FILE is not set: the gateway serves plain http');
  const fix = 'Give a PEM certificate chain, its own certificate first, and the key that belongs to it.';
  try {
    const cert = readFileSync(tls.certFile);
    createSecureContext({ cert, key: readFileSync(tls.keyFile) });
    const { subjectAltName, validFromDate, validToDate } = new X509Certificate(cert);
    const period = `${validFromDate.toISOString()} to ${validToDate.toISOString()}`;
    if (now < validFromDate.getTime() || now > validToDate.getTime()) {
      return failed(what, `The certificate of TLS_CERT_FILE is valid from ${period}.`, 'Renew it.');
    }
    return ok(what, `${subjectAltName ?? 'a certificate without names'}, valid until ${validToDate.toISOString()}`);
  } catch (error) {
    return failed(what, complaintsOf(error, {}).join(' '), fix);
  }
}

/** Whether the collector of spans takes connections. The gateway serves without it. */
export async function checkCollector(endpoint: string | undefined, signal: AbortSignal): Promise<Row> {
  const what = 'traces';
  if (endpoint === undefined) return skipped(what, 'OTEL_EXPORTER_OTLP_ENDPOINT is not set');
  // A URL may hold a password: its host is all that is told.
  const { host, hostname, port, protocol } = new URL(endpoint);
  try {
    await withPatience(connected(hostname, Number(port) || (protocol === 'https:' ? 443 : 80)), signal, host);
    return ok(what, `${host} takes connections`);
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    const fix = 'Start the collector, or name it right in OTEL_EXPORTER_OTLP_ENDPOINT. Without it spans are lost.';
    return warning(what, `${host} cannot be reached (${code}).`, fix);
  }
}

function connected(host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port }, resolve).on('error', reject);
  // An address that swallows what is sent there must not keep the process.
  socket.unref();
  return promise.finally(() => socket.destroy());
}
