import { type ErrorCode, GatewayError } from '../errors.ts';

/** Who is being asked, and what the gateway's identity must be granted there. */
export interface Upstream {
  readonly host: string;
  /** The role and its scope, such as "Reader on subscription 1234". */
  readonly grant: string;
}

/** The way in: whatever an SDK throws becomes a GatewayError, by status and code, never by message. */
export function asGatewayError(error: unknown, upstream: Upstream, signal: AbortSignal): GatewayError {
  if (error instanceof GatewayError) return error;
  const failure = error as SdkError;
  const cause = failure.statusCode === undefined && failure.code !== 'PARSE_ERROR' ? error : withoutBody(failure);
  const fail = (code: ErrorCode, message: string, retryAfterSeconds?: number) =>
    new GatewayError(code, message, { cause, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });

  const { host, grant } = upstream;
  if (signal.aborted) return timedOut(upstream, cause);
  if (failure.name === 'AbortError') return fail('UPSTREAM_TIMEOUT', `${host} did not answer in time. Try again.`);
  if (isSecretDisabled(failure)) {
    return fail('SECRET_DISABLED', 'The secret is disabled, so its value cannot be read. Enable it in its vault.');
  }
  switch (failure.statusCode) {
    case undefined:
      if (failure.name === 'RestError') return fail('UPSTREAM_UNAVAILABLE', unreachable(host, failure.code));
      // What the SDKs throw at a body of another form than Azure's.
      if (error instanceof TypeError) return fail('UPSTREAM_UNAVAILABLE', unusable(host, 200));
      return fail('INTERNAL', 'Something unexpected happened.');
    case 401:
      return fail('IDENTITY_UNAVAILABLE', `${host} did not accept the token of the gateway's identity.`);
    case 403:
      return isForbidden(failure)
        ? fail('FORBIDDEN', `${host} refused the gateway's identity. Grant it ${grant}, and check the firewall there.`)
        : fail('UPSTREAM_UNAVAILABLE', notAzure(host, 403));
    case 404:
      return fromAzure(failure)
        ? fail('BAD_USER_INPUT', notFound(failure, host))
        : fail('UPSTREAM_UNAVAILABLE', notAzure(host, 404));
    case 429:
      return throttled(failure);
    default:
      return fail('UPSTREAM_UNAVAILABLE', unusable(host, failure.statusCode));
  }

  function throttled({ response }: SdkError): GatewayError {
    const seconds = retryAfterSeconds(response?.headers) ?? 10;
    return fail('THROTTLED', `${host} takes no more requests just now. Try again in ${seconds} s.`, seconds);
  }
}

/** The request's time is over, or its caller gone. */
export const timedOut = ({ host }: Upstream, cause?: unknown): GatewayError =>
  new GatewayError('UPSTREAM_TIMEOUT', `${host} did not answer within this request's time. Try again.`, { cause });

/** Whether Azure could not be asked, or had no answer: it has refused nothing. */
export const isOutage = (error: unknown): boolean =>
  error instanceof GatewayError && OUTAGES.has(error.code) && !isRefusal(error);

/** Whether it is one of the limits that its caller has in this gateway. */
export const isOwnLimit = (error: unknown): boolean => error instanceof GatewayError && error.isOwn;

/** Whether Azure refuses the gateway's identity, or a secret's value. Who cannot tell Azure from what is before it takes that for a refusal. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof GatewayError && (REFUSALS.has(error.code) || [401, 403].includes(statusOf(error) ?? 0));

const OUTAGES: ReadonlySet<ErrorCode> = new Set(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'IDENTITY_UNAVAILABLE']);
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['FORBIDDEN', 'SECRET_DISABLED']);

const statusOf = ({ cause }: GatewayError): number | undefined =>
  (cause as { readonly statusCode?: number } | undefined)?.statusCode;

/** A text that Azure always gives. Throws where it is none: what answers is something else, such as a proxy's page with a 200. */
export function given(text: unknown, name: string): string {
  if (typeof text !== 'string' || text === '') throw new TypeError(`The answer has no ${name}.`);
  return text;
}

/** Whether Azure itself refuses the gateway's identity what an SDK has asked for. */
export const isForbidden = (error: unknown): boolean =>
  (error as SdkError).statusCode === 403 && fromAzure(error as SdkError);

/** Whether `error` says that the thing asked for does not exist. `codes` are Azure's own, since a proxy answers 404 too. */
export function isAbsent(error: unknown, codes: readonly string[]): boolean {
  const { statusCode, code } = error as SdkError;
  return statusCode === 404 && code !== undefined && codes.includes(code);
}

/** Whether the host of what was asked has no address: there is none of that name, as far as DNS tells. */
export const hasNoAddress = (error: unknown): boolean =>
  error instanceof GatewayError &&
  error.code === 'UPSTREAM_UNAVAILABLE' &&
  (error.cause as { readonly code?: string } | undefined)?.code === NO_ADDRESS;

/** The code of a name that DNS does not know. */
export const NO_ADDRESS = 'ENOTFOUND';

/** What Azure means by a refusal, such as ForbiddenByRbac; undefined where it does not say. */
export function refusalCodeOf({ cause }: GatewayError): string | undefined {
  return (cause as { readonly innerCode?: string } | undefined)?.innerCode;
}

const LONGEST_ADVICE_IN_SECONDS = 86_400;

/** Retry-After in whole seconds, at least one, from its seconds or date form; undefined where there is none. */
export function retryAfterSeconds(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (value === undefined || value === null) return undefined;
  // A date is one of the sender's clock.
  const now = Date.parse(headers?.get('date') ?? '') || Date.now();
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000;
  // A sign or a date of the next century is no advice.
  if (Number.isNaN(seconds) || value.startsWith('-')) return undefined;
  return Math.min(Math.max(1, Math.ceil(seconds)), LONGEST_ADVICE_IN_SECONDS);
}

interface Headers {
  get(name: string): string | null | undefined;
}

// The part of RestError that is read here. It is not imported: this file is loaded at the start, the SDKs when first needed.
interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly details?: { readonly error?: { readonly innerError?: { readonly code?: string } } };
  readonly response?: { readonly headers: Headers };
}

// Key Vault says 403 here too, and keeps what it means in the inner error.
const isSecretDisabled = ({ statusCode, details }: SdkError): boolean =>
  statusCode === 403 && details?.error?.innerError?.code === 'SecretDisabled';

// Azure's refusals carry its own error code and request id; a proxy's do not.
const fromAzure = ({ code, response }: SdkError): boolean => !!code && !!response?.headers.get('x-ms-request-id');

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE/;

function unreachable(host: string, code: string | undefined): string {
  if (code === NO_ADDRESS) return `${host} has no address. Check the name, and the DNS that the gateway uses.`;
  return UNTRUSTED.test(code ?? '')
    ? `${host} shows a certificate that the gateway does not trust. Check what is on the way there, and NODE_EXTRA_CA_CERTS.`
    : `${host} cannot be reached. Try again in a moment.`;
}

function notFound({ code }: SdkError, host: string): string {
  return code === 'SubscriptionNotFound'
    ? `There is no such subscription. Check the subscriptionId; \`subscriptions\` lists those that can be read.`
    : `${host} knows nothing of that name. Check it.`;
}

// The SDK's message is text of the answer, or the whole of it, and an answer may hold a secret's value.
const withoutBody = ({ code, statusCode, details, response }: SdkError): Error =>
  Object.assign(new Error(`The upstream request was ${response?.headers.get('x-ms-request-id') ?? 'not named'}.`), {
    code,
    statusCode,
    innerCode: details?.error?.innerError?.code,
  });

const notAzure = (host: string, status: number): string =>
  `Something before ${host} answered ${status}, such as a proxy. Check the way there.`;

const unusable = (host: string, status: number): string =>
  status < 400
    ? `${host} sent an answer that cannot be understood. Try again in a moment.`
    : `${host} answered ${status}. Try again in a moment; if it lasts, check the name and the way there.`;
