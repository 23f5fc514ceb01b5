import type { ErrorCode } from './errors.ts';
import { type HttpRequest, pathOf } from './http.ts';

const WAIT_IN_MS = 2_000;
// A probe may come from anybody: the identity endpoint hears of it this often at most.
const FAILURE_KEPT_IN_MS = 1_000;

/** `GET /live` and `GET /ready`: whether this process lives, and whether it should be sent requests. */
export interface Probes {
  /** The answer to a probe; undefined: not one. */
  answer(request: HttpRequest): Promise<Response | undefined>;
  isReady(): Promise<boolean>;
  /** From now on not ready, so that nothing new is sent here. */
  stop(): void;
}

/** The parts that must work for any answer at all. A vault or a subscription that is away is not among them. */
export interface ProbedParts {
  /** Rejects where the gateway's identity has no token for Azure. */
  identity(): Promise<void>;
  policy: { state(): 'ok' | 'reload-refused' | 'closed' };
}

type State = 'ok' | 'reload-refused' | 'closed' | 'stopping' | 'waiting' | ErrorCode;
// A refused change of the policy leaves the last good one deciding.
const GOOD: readonly State[] = ['ok', 'reload-refused'];

export function createProbes({ identity, policy }: ProbedParts, now = () => performance.now()): Probes {
  let isStopping = false;
  let asked: { readonly state: Promise<State>; readonly until: number } | undefined;

  return {
    async answer(request) {
      const pathname = pathOf(request.url);
      if (pathname !== '/live' && pathname !== '/ready') return undefined;
      if (request.method !== 'GET' && request.method !== 'HEAD') return told(405, { status: 'GET only' });
      const answer = pathname === '/live' ? told(200, { status: 'live' }) : await readiness();
      return request.method === 'HEAD' ? new Response(null, answer) : answer;
    },
    isReady: async () => isGood(await states()),
    stop() {
      isStopping = true;
    },
  };

  async function readiness(): Promise<Response> {
    const parts = await states();
    return isGood(parts) ? told(200, { status: 'ready', parts }) : told(503, { status: 'not ready', parts });
  }

  async function states(): Promise<Readonly<Record<string, State>>> {
    return { process: isStopping ? 'stopping' : 'ok', identity: await identityState(), policy: policy.state() };
  }

  function identityState(): Promise<State> {
    if (asked && now() < asked.until) return asked.state;
    const state = soon(identity());
    const kept = { state, until: Number.POSITIVE_INFINITY };
    asked = kept;
    // A token is kept where it is got: asking again costs nothing. What failed is not asked for by every probe.
    void state.then((found) => {
      asked = found === 'ok' ? undefined : { state, until: now() + FAILURE_KEPT_IN_MS };
    });
    return state;
  }
}

async function soon(identity: Promise<void>): Promise<State> {
  const { promise: late, resolve } = Promise.withResolvers<State>();
  const timer = setTimeout(resolve, WAIT_IN_MS, 'waiting');
  const usable = identity.then(
    (): State => 'ok',
    (error): State => error.code ?? 'INTERNAL',
  );
  const state = await Promise.race([usable, late]);
  clearTimeout(timer);
  return state;
}

const isGood = (parts: Readonly<Record<string, State>>): boolean =>
  Object.values(parts).every((state) => GOOD.includes(state));

const told = (status: number, body: object): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
