import type { PipelineResponse } from '@azure/core-rest-pipeline';

/** For how long a token is good, and from when on it is time for another, both in ms from now. */
export interface Lifetime {
  readonly endsInMs: number;
  /** Undefined: whoever gave it has no opinion. */
  readonly refreshInMs: number | undefined;
}

/** An answer of whoever gives tokens, as MSAL may see it. */
export interface TokenAnswer {
  readonly response: PipelineResponse;
  /** Undefined where it holds no token, or says nothing of its end. */
  readonly lifetime: Lifetime | undefined;
}

// As MSAL has it: a token of more than two hours is renewed in the middle of its time.
const LONG_IN_MS = 2 * 3_600_000;
// In 1970, which is over by any clock, however it is set.
const LONG_OVER_IN_SECONDS = 86_400;

/**
 * MSAL quotes in its errors what it cannot read, and that may be half of a token; it keeps as a token whatever has the name of one, and gives it
 * until its end by the clock on the wall, though that be set back. So it is shown no garbage, and tokens as if they were over.
 */
export function tokenAnswer(response: PipelineResponse, wall: number): TokenAnswer {
  if (response.status >= 300) return { response, lifetime: undefined };
  const body = objectIn(response.bodyAsText);
  // What Entra says of its endpoints comes this way too, and holds none.
  if (!body || (body.access_token !== undefined && typeof body.access_token !== 'string'))
    return { response: { ...response, bodyAsText: '{}' }, lifetime: undefined };
  const lifetime = typeof body.access_token === 'string' ? lifetimeIn(body, response, wall) : undefined;
  return { response: lifetime ? { ...response, bodyAsText: asOver(body, wall) } : response, lifetime };
}

// MSAL reckons one of the two from its own now.
const asOver = (body: Body, wall: number): string =>
  JSON.stringify({
    ...body,
    expires_on: String(LONG_OVER_IN_SECONDS),
    expires_in: String(LONG_OVER_IN_SECONDS - Math.floor(wall / 1000)),
    refresh_in: undefined,
  });

type Body = Readonly<Record<string, unknown>>;

function objectIn(text: string | null | undefined): Body | undefined {
  try {
    return Object(JSON.parse(text ?? ''));
  } catch {
    return undefined;
  }
}

/**
 * Until its instant by the clock of who says it, as an answer's date is, and no longer than it lasted when it was issued: of a token that
 * the endpoint has kept that is more than is left.
 */
function lifetimeIn(body: Body, { headers }: PipelineResponse, wall: number): Lifetime | undefined {
  const now = Date.parse(headers.get('date') ?? '') || wall;
  const ends = [instantIn(body.expires_on) - now, numberIn(body.expires_in) * 1000].filter((ms) => !Number.isNaN(ms));
  if (ends.length === 0) return undefined;
  const endsInMs = Math.min(...ends);
  const told = numberIn(body.refresh_in) * 1000;
  const ofLong = endsInMs > LONG_IN_MS ? endsInMs / 2 : undefined;
  return { endsInMs, refreshInMs: told > 0 ? told : ofLong };
}

/** Seconds since 1970, or a date. */
const instantIn = (value: unknown): number => numberIn(value) * 1000 || Date.parse(String(value));

const numberIn = (value: unknown): number =>
  typeof value === 'number' || (typeof value === 'string' && /^\d{1,15}$/.test(value)) ? Number(value) : Number.NaN;
