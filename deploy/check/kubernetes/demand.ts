import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';

/** Exactly that value, said. */
export function demand(place: Place, value: unknown): Finding[] {
  return place.value === value
    ? []
    : [place.wrong(`it is ${JSON.stringify(place.value) ?? 'absent'}: give ${JSON.stringify(value)}.`)];
}
