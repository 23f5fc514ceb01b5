import { type Clock, systemClock } from '../clock.ts';
import type { CacheConfig } from '../config/cache.ts';
import { noteStale } from '../stale.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Asked, Read } from './cache/asked.ts';
import { fitnessFor } from './cache/fitness.ts';
import type { Flight } from './cache/flight.ts';
import { createFlights } from './cache/flights.ts';
import { createGiven, type Given, type Validity } from './cache/given.ts';
import { createHolds } from './cache/holds.ts';
import type { Kept } from './cache/kept.ts';
import { createMaxAges, type MaxAge } from './cache/max-age.ts';
import { outagesBy } from './cache/outage.ts';
import { createScopes } from './cache/scope.ts';
import { createShelves } from './cache/shelves.ts';
import { soon } from './cache/soon.ts';
import { isOutage, isOwnLimit, isRefusal, timedOut } from './errors.ts';
import { NOBODYS, type Place } from './governor/place.ts';
import type { Reader } from './request.ts';

/** One read of Azure, shared by all who ask for the same while it is fresh. Who may ask is decided before, for each of them. */
export interface Cache {
  /** What one request reads by, from now on. */
  forRequest(reader: Reader): RequestReads;
  /** Drops, and wipes, everything. What is still asked for is not kept. */
  close(): void;
}

export interface RequestReads {
  /** `maxAge`: gives nothing that is older; absent: than the settings allow. Waits end with the signal of `by`. */
  read(maxAge: MaxAge | undefined, by?: Reader): Read;
  /** A bound on the age of what one field answers. Throws BAD_USER_INPUT, costs nothing. */
  maxAge(seconds: number): MaxAge;
  /** Of all that was read. */
  validity(): Validity;
  /** Wipes what was lent to the request. */
  end(): void;
}

// Of the time that a thing is kept: how long until a failed reading beside is tried again.
const READ_AHEAD_AGAIN = 0.1;
const SWEEP_EVERY_MS = 1000;

/** One a process, which has one identity at Azure. `flightTimeoutInMs`: how long Azure is waited for, whoever asks. */
export function createCache(
  config: CacheConfig,
  flightTimeoutInMs: number,
  metrics: Pick<Metrics, 'wanted'>,
  clock: Clock = systemClock,
  holds = createHolds(),
): Cache {
  const shelves = createShelves(config, clock);
  const flights = createFlights(clock, flightTimeoutInMs, holds.allow);
  const scopeName = createScopes(config.maxScopeSets);
  const outage = outagesBy(clock);
  const maxAges = createMaxAges(config.freshReadsPerMinute, clock);
  const sweeper = setInterval(shelves.sweep, SWEEP_EVERY_MS).unref();

  return {
    forRequest,
    close() {
      clearInterval(sweeper);
      shelves.close();
    },
  };

  function forRequest(reader: Reader): RequestReads {
    const request: Request = { arrival: flights.latest(), given: createGiven(holds.forRequest()) };
    const { validity, end } = request.given;
    return {
      read: (maxAge, by = reader) => readsOf(request, by, maxAge),
      maxAge: (seconds) => maxAges(reader.callerId, seconds),
      ...{ validity, end },
    };
  }

  function readsOf(request: Request, reader: Reader, maxAge: MaxAge | undefined): Read {
    const fitness = fitnessFor({ maxAge, arrival: request.arrival, policyVersion: reader.rights.policyVersion }, clock);
    return read;

    async function read<Answer>(asked: Asked<Answer>): Promise<Answer> {
      if (reader.signal.aborted) throw timedOut(asked.upstream);
      const shelf = shelves.of[asked.kind];
      const key = keyOf(asked);
      const kept = shelves.find<Answer>(asked.kind, key);
      if (kept && fitness.isFresh(kept)) {
        if (shelf.isReadAhead) readBeside(kept, key, asked);
        note(asked, 'kept');
        return given(kept, asked);
      }
      if (kept && fitness.mayRevalidate(kept, shelf)) {
        readBeside(kept, key, asked);
        return givenStale(kept, asked);
      }
      const mayBeStale = kept && fitness.isOfUse(kept, shelf.staleForMs);
      if (mayBeStale && outage.isPresumed(kept, flights.get(key))) {
        readBehind(kept, key, asked);
        return givenStale(kept, asked);
      }
      try {
        const landing = landed(key, asked);
        return await (mayBeStale ? soon(landing, clock, late) : landing);
      } catch (error) {
        if (kept && fitness.isOfUse(kept, shelf.staleForMs) && isOutage(error) && !reader.signal.aborted) {
          outage.note(kept, error);
          return givenStale(kept, asked);
        }
        throw error;
      }

      function late(): Error {
        // It is for those who come later: the request may be over before it lands.
        if (kept) landBehind(kept, flights.get(key));
        return timedOut(asked.upstream);
      }
    }

    /**
     * By a flight that is under way and began late enough, or by one of its own. Who joined one that falls silent waits for
     * another, once; whichever of both is there first is taken.
     */
    async function landed<Answer>(key: string, asked: Asked<Answer>, isPatient = false): Promise<Answer> {
      const shelf = shelves.of[asked.kind];
      const underWay = flights.get(key) as Flight<Answer> | undefined;
      const suits = (flight: Flight<Answer>) => fitness.mayJoin(flight, shelf);
      const joined = underWay && !underWay.isSilent() && suits(underWay) ? underWay : undefined;
      const { callerId, endsAt } = reader;
      const isForced = fitness.isForced(shelf, shelves.find(asked.kind, key), joined ? undefined : underWay);
      const place = { callerId, endsAt, isForced };
      const flight = joined ?? begin(key, asked, place);
      let another: Promise<Answer> | undefined;
      const askAnother = () => {
        another = landed(key, asked, true);
        // Where both come at once, nobody waits for it.
        another.catch(() => {});
      };
      try {
        const answer = await flight.wait(reader.signal, (kept) => given(kept, asked), {
          ...{ place, suits },
          whenSilent: joined && !isPatient ? askAnother : undefined,
        });
        note(asked, joined ? 'joined' : 'read');
        return answer;
      } catch (error) {
        if (another) return another;
        if (reader.signal.aborted) throw timedOut(asked.upstream);
        // Neither the limits of another caller nor the end of another's time say anything about this one.
        if (joined && (joined.isOver() || isOwnLimit(error))) return landed(key, asked);
        throw error;
      }
    }

    function begin<Answer>(key: string, asked: Asked<Answer>, place: Place, by = reader): Flight<Answer> {
      if (place.isForced) maxAge?.force(asked);
      return flights.begin(key, {
        ...{ asked, reader: by, place },
        landed: (answer, landing) =>
          shelves.keep(key, asked, answer, { ...landing, policyVersion: reader.rights.policyVersion }),
        failed(error) {
          if (isRefusal(error)) shelves.drop(asked.kind, key);
        },
      });
    }

    function note({ source, operation }: Pick<Asked<unknown>, 'source' | 'operation'>, how: How): void {
      const service = SERVICES[source];
      metrics.wanted(service, how);
      if (how !== 'read') reader.saved.push({ service, operation });
    }

    /** Reads again what is kept, beside the request, where it is time to and nobody does. */
    function readBeside<Answer>(kept: Kept<Answer>, key: string, asked: Asked<Answer>): void {
      const now = clock.now();
      if (now < kept.readAgainAt || flights.get(key)) return;
      kept.readAgainAt = now + shelves.of[asked.kind].ttlInMs * READ_AHEAD_AGAIN;
      readBehind(kept, key, asked);
    }

    /** Reads again what is given meanwhile, where nobody does or may never be answered. */
    function readBehind<Answer>(kept: Kept<Answer>, key: string, asked: Asked<Answer>): void {
      if (flights.get(key)?.isSilent() === false) return;
      // Its calls are none that the request needs.
      landBehind(kept, begin(key, asked, NOBODYS, { ...reader, calls: [], saved: [] }));
    }

    /** Waits for nobody: a flight ends where nothing waits for it. */
    function landBehind(kept: Kept, flight: Flight | undefined): void {
      flight?.wait(undefined, () => {}).catch((error) => outage.note(kept, error));
    }

    function given<Answer>(kept: Kept<Answer>, asked: Asked<Answer>): Answer {
      const bound = maxAge ? kept.startedAt + maxAge.inMs : Number.POSITIVE_INFINITY;
      return request.given.give(kept, asked, Math.min(kept.freshUntil, bound));
    }

    function givenStale<Answer>(kept: Kept<Answer>, asked: Asked<Answer>): Answer {
      noteStale(clock.now() - kept.startedAt);
      note(asked, 'stale');
      return request.given.give(kept, asked, 0);
    }

    function keyOf({ operation, key, isOfScope }: Pick<Asked<unknown>, 'operation' | 'key' | 'isOfScope'>): string {
      return isOfScope ? `${scopeName(reader.rights.scopeKey())} ${operation} ${key}` : `${operation} ${key}`;
    }
  }
}

/** What is known of one request. */
interface Request {
  /** The flight that had begun last when it came. */
  readonly arrival: number;
  readonly given: Given;
}

type How = Parameters<Metrics['wanted']>[1];

// As upstream calls are told of.
const SERVICES = { ARM: 'arm', RESOURCE_GRAPH: 'resource-graph', KEY_VAULT: 'key-vault' } as const;
