import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { ErrorCode } from './errors.ts';
import { requestIdOf, type WholeResponse, wholeResponse } from './http.ts';

const HOST = /^([\w.-]+|\[[0-9a-f:.]+\])(:\d+)?$/i;

/** Why a request stops at the door, if it does: one without a usable Host or path, with an Expect of its own or two Authorization headers. */
export function refuse(request: IncomingMessage): Refusal | undefined {
  const complaint = complaintAbout(request);
  if (!complaint) return undefined;
  const asked = request.headers['x-request-id'];
  return { ...complaint, requestId: requestIdOf(typeof asked === 'string' ? asked : undefined) };
}

/** The answer to such a request. */
export const answerOf = (refusal: Refusal): WholeResponse<string> =>
  wholeResponse(refusal.status, headersOf(refusal), bodyOf(refusal));

/** Node's code of a TLS connection whose handshake took too long. */
export const NO_HANDSHAKE = 'ERR_TLS_HANDSHAKE_TIMEOUT';

/** Why a sender's bytes never became a request; `error` is Node's. The request's id is a new one: what it asked for is not known. */
export function refusalOf(error: NodeJS.ErrnoException, maxHeaderSize: number): Refusal {
  return { ...complaintOf(error, maxHeaderSize), requestId: requestIdOf(undefined) };
}

function complaintOf({ code }: NodeJS.ErrnoException, maxHeaderSize: number): Complaint {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT' || code === NO_HANDSHAKE)
    return badRequest(408, 'The request took too long to arrive: send it in one go.');
  if (code !== 'HPE_HEADER_OVERFLOW') return badRequest(400, 'This cannot be read as an HTTP request.');
  return badRequest(431, `The headers are larger than ${maxHeaderSize} bytes: send fewer or shorter ones.`);
}

/** The whole answer to such a sender, as text. */
export function textOf(refusal: Refusal): string {
  const body = bodyOf(refusal);
  const ofText = { 'content-length': String(Buffer.byteLength(body)), connection: 'close' };
  const headers = Object.entries({ ...headersOf(refusal), ...ofText });
  const status = `${refusal.status} ${STATUS_CODES[refusal.status]}`;
  const lines = [`HTTP/1.1 ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', body];
  return lines.join('\r\n');
}

export interface Refusal extends Complaint {
  /** In its answer, and in the log. */
  readonly requestId: string;
}

interface Complaint {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function complaintAbout({ headers, url, rawHeaders }: IncomingMessage): Complaint | undefined {
  // A Host header that is none makes the Request's URL throw: it never gets that far.
  if (!isHost(headers.host) || !url?.startsWith('/')) {
    return badRequest(400, 'The request has no usable Host header or path.');
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue')
    return badRequest(
      417,
      'Nothing is known of what the request expects: send it without Expect, or with 100-continue.',
    );
  // Node keeps the first of two and says nothing, while a proxy may have checked the other.
  const tokens = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'authorization');
  return tokens.length > 1 ? TWO_TOKENS : undefined;
}

const isHost = (host = ''): boolean => HOST.test(host) && URL.canParse(`http://${host}`);

const TWO_TOKENS: Complaint = {
  status: 401,
  code: 'UNAUTHENTICATED',
  message: 'The request has more than one Authorization header: send one.',
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
};

const badRequest = (status: number, message: string): Complaint => ({ status, code: 'BAD_REQUEST', message });

const headersOf = (refusal: Refusal) => ({
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-request-id': refusal.requestId,
  ...refusal.headers,
});

const bodyOf = ({ code, message }: Refusal): string => JSON.stringify({ errors: [{ message, extensions: { code } }] });
