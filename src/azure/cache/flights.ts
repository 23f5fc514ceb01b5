import type { Clock } from '../../clock.ts';
import { type Departure, type Flight, flightOf } from './flight.ts';

export interface Flights {
  /** The order of the one that began last. */
  latest(): number;
  get(key: string): Flight | undefined;
  begin<Answer>(key: string, departure: Departure<Answer>): Flight<Answer>;
}

/** One read a key at a time, for at most `timeoutInMs` and as large as `allow` takes without throwing; another may overtake it, for those to whom it is too old or too silent. */
export function createFlights(clock: Clock, timeoutInMs: number, allow: (size: number) => void): Flights {
  const underWay = new Map<string, Flight>();
  let latest = 0;
  return {
    latest: () => latest,
    get: (key) => underWay.get(key),
    begin(key, departure) {
      latest += 1;
      const before = underWay.get(key);
      const older = before ? [...before.silentBefore(), before] : [];
      const silent = before?.isSilent() ? (older as Flight<never>[]) : [];
      const flight = flightOf({ order: latest, clock, timeoutInMs, allow }, departure, silent, () => {
        if (underWay.get(key) === flight) underWay.delete(key);
      });
      for (const each of older) each.orAnswerOf(flight as Flight);
      underWay.set(key, flight as Flight);
      return flight;
    },
  };
}
