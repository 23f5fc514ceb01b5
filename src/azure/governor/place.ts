/** Whose turn a call may take. */
export interface Place {
  readonly callerId: string;
  /** Whether a kept answer was refused for its age: such reads leave others half of every quota. */
  readonly isForced: boolean;
  /** By the clock's `now()`: later the call is of no use to them. */
  readonly endsAt: number;
}

/** Of what is read ahead, which is nobody's wish. */
export const NOBODYS: Place = { callerId: '', isForced: false, endsAt: Number.POSITIVE_INFINITY };

/** Of one call: its first caller's place, and those that others who wait for the same lend it. */
export interface Places {
  all(): readonly Place[];
  /** Calls with each that is lent from now on, until the returned function is called. */
  whenLent(taken: (place: Place) => void): () => void;
}

export interface LentPlaces extends Places {
  lend(place: Place): void;
}

// A call that a thousand callers wait for does not come sooner by the places of all of them.
const MOST_PLACES = 16;

export function createPlaces(first: Place): LentPlaces {
  const places = new Map([[keyOf(first), first]]);
  const listeners = new Set<(place: Place) => void>();
  return {
    all: () => [...places.values()],
    whenLent(taken) {
      listeners.add(taken);
      return () => listeners.delete(taken);
    },
    lend(place) {
      const key = keyOf(place);
      const { endsAt = 0 } = places.get(key) ?? {};
      if (endsAt >= place.endsAt || (endsAt === 0 && places.size >= MOST_PLACES)) return;
      places.set(key, place);
      for (const taken of listeners) taken(place);
    },
  };
}

const keyOf = ({ callerId, isForced }: Place): string => `${isForced} ${callerId}`;
