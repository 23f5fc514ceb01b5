/** What Azure gives as a text; undefined where it is none, or an empty one, which is how Resource Graph writes an absent one. */
export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
