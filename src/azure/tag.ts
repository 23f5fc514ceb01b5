import { compare, folded } from './name.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Azure's tags, a JSON object, as a list sorted by key. */
export function tagList(tags: Readonly<Record<string, unknown>> | undefined): readonly Tag[] {
  return Object.entries(tags ?? {})
    .map(([key, value]) => ({ key, value: textOf(value) }))
    .sort((a, b) => compare(folded(a.key), folded(b.key)));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value == null ? '' : JSON.stringify(value);
}
