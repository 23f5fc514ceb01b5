/** Reads a value of unknown form piece by piece, and collects what is wrong with it and where: `cases[2].expect: ...`. */
export interface Reading {
  readonly value: unknown;
  readonly path: string;
  complain(what: string): undefined;
  /** The fields of an object that may have these and no others; complains about each that it has beside them. */
  fields(known: readonly string[]): Readonly<Record<string, Reading>> | undefined;
  items(): readonly Reading[] | undefined;
  text(): string | undefined;
  texts(): readonly string[] | undefined;
  oneOf<Choice extends string>(choices: readonly Choice[]): Choice | undefined;
}

export function reading(value: unknown, complaints: string[], path = ''): Reading {
  const complain = (what: string): undefined => {
    complaints.push(`${path === '' ? 'the file' : path}: ${what}`);
    return undefined;
  };
  const within = (inner: unknown, step: string) => reading(inner, complaints, `${path}${step}`);

  return {
    value,
    path,
    complain,
    fields(known) {
      if (!isObject(value)) return complain(`give an object with ${known.join(', ')}.`);
      for (const name of Object.keys(value).filter((each) => !known.includes(each))) {
        within(value[name], stepTo(name, path)).complain(`is not known here; known are ${known.join(', ')}.`);
      }
      return Object.fromEntries(known.map((name) => [name, within(value[name], stepTo(name, path))]));
    },
    items() {
      if (!Array.isArray(value)) return complain('give a list.');
      return value.map((item, index) => within(item, `[${index}]`));
    },
    text() {
      return typeof value === 'string' && value !== '' ? value : complain('give a text.');
    },
    texts() {
      if (value === undefined) return [];
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      return complain('give a list of texts.');
    },
    oneOf(choices) {
      return choices.find((choice) => choice === value) ?? complain(`give one of ${choices.join(', ')}.`);
    },
  };
}

const stepTo = (name: string, path: string): string => (path === '' ? name : `.${name}`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
