import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { ErrorCode } from './errors.ts';

const HOST = /^([\w.-]+|\[[0-9a-f:.]+\])(:\d+)?$/i;

/** Why a request stops at the door, if it does, answered here: one without a usable Host or path, or with two Authorization headers. */
export function refuse(request: IncomingMessage, response: ServerResponse): Refusal | undefined {
  const refusal = complaintAbout(request);
  if (refusal) response.writeHead(refusal.status, headersOf(refusal)).end(bodyOf(refusal));
  return refusal;
}

/** Node's code of a TLS connection whose handshake took too long. */
export const NO_HANDSHAKE = 'ERR_TLS_HANDSHAKE_TIMEOUT';

/** Why a sender's bytes never became a request; `error` is Node's. */
export function refusalOf({ code }: NodeJS.ErrnoException, maxHeaderSize: number): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT' || code === NO_HANDSHAKE)
    return badRequest(408, 'The request took too long to arrive: send it in one go.');
  if (code !== 'HPE_HEADER_OVERFLOW') return badRequest(400, 'This cannot be read as an HTTP request.');
  return badRequest(431, `The headers are larger than ${maxHeaderSize} bytes: send fewer or shorter ones.`);
}

/** The whole answer to such a sender, as text. */
export function textOf(refusal: Refusal): string {
  const headers = Object.entries({ ...headersOf(refusal), connection: 'close' });
  const status = `${refusal.status} ${STATUS_CODES[refusal.status]}`;
  const lines = [`HTTP/1.1 ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', bodyOf(refusal)];
  return lines.join('\r\n');
}

export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function complaintAbout({ headers, url, rawHeaders }: IncomingMessage): Refusal | undefined {
  // A Host header that is none makes the Request's URL throw: it never gets that far.
  if (!isHost(headers.host) || !url?.startsWith('/')) {
    return badRequest(400, 'The request has no usable Host header or path.');
  }
  // Node keeps the first of two and says nothing, while a proxy may have checked the other.
  const tokens = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization');
  return tokens.length > 1 ? TWO_TOKENS : undefined;
}

const isHost = (host = ''): boolean => HOST.test(host) && URL.canParse(`http://${host}`);

const TWO_TOKENS: Refusal = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'The request has more than one Authorization header: send one.',
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

const badRequest = (status: number, message: string): Refusal => ({ status, code: 'BAD_REQUEST', message });

const headersOf = (refusal: Refusal) => ({
  'content-type': 'application/json; charset=utf-8',
  'content-length': Buffer.byteLength(bodyOf(refusal)),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  ...refusal.headers,
});

const bodyOf = ({ code, message }: Refusal): string => JSON.stringify({ errors: [{ message, extensions: { code } }] });
