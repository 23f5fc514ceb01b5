import type { GraphQLError, GraphQLResolveInfo } from 'graphql';

export type Path = GraphQLResolveInfo['path'];

/** The errors of one run, as they were met. */
export interface Faults {
  readonly errors: readonly GraphQLError[];
  /** Keeps an error of what has become null at that path (undefined: all of the data); below what is null already, none. */
  add(error: GraphQLError, at: Path | undefined): void;
}

export function faults(): Faults {
  const errors: GraphQLError[] = [];
  const nulled = new Set<Path | undefined>();
  return {
    errors,
    add(error, at) {
      for (let path = at; path; path = path.prev) if (nulled.has(path)) return;
      if (nulled.has(undefined)) return;
      nulled.add(at);
      errors.push(error);
    },
  };
}

export function pathArray(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: Path | undefined = path; at; at = at.prev) keys.push(at.key);
  return keys.reverse();
}
