import { GatewayError } from '../../errors.ts';

/** What Resource Graph says with a 400, all of which it says of the query. */
export interface Refusal {
  /** That its answer would be too large. */
  readonly isTooLarge: boolean;
  readonly error: GatewayError;
}

/** Undefined for every other failure, a proxy's 400 included. */
export function refusalOf(failure: unknown): Refusal | undefined {
  const { statusCode, code, details, response } = failure as SdkError;
  const requestId = response?.headers.get('x-ms-request-id');
  if (statusCode !== 400 || !code || !requestId) return undefined;
  const codes = [code, ...(details?.error?.details ?? []).map((detail) => detail.code)];
  // Its messages quote the query, which holds what callers ask by.
  const cause = Object.assign(new Error(`Resource Graph refused request ${requestId}.`), {
    code: codes.join(' '),
    statusCode,
  });
  const isTooLarge = codes.includes('ResponsePayloadTooLarge');
  return {
    isTooLarge,
    error: isTooLarge
      ? new GatewayError('LIMIT_EXCEEDED', TOO_LARGE, { cause })
      : new GatewayError('INTERNAL', 'Resource Graph refused a query of ours.', { cause }),
  };
}

const TOO_LARGE =
  'A single resource is more than Resource Graph sends in an answer. Select fewer fields of it, or its `properties` by a path.';

// The part of RestError that is read here: the SDK is loaded when it is first needed.
interface SdkError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly details?: { readonly error?: { readonly details?: readonly { readonly code: string }[] } };
  readonly response?: { readonly headers: { get(name: string): string | null | undefined } };
}
