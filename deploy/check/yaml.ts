import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** The documents of a YAML or JSON file as plain values. Throws with the line of what is no YAML, such as a key said twice. */
export function documentsOf(file: string): unknown[] {
  return parseDocuments(readFileSync(file, 'utf8'), file);
}

export function parseDocuments(text: string, file: string): unknown[] {
  return [...parseAllDocuments(text)].map((document) => {
    const [error] = document.errors;
    if (error) throw new SyntaxError(`${file}: ${error.message.split('\n', 1).join()}`);
    return document.toJS();
  });
}

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export type Fields = Readonly<Record<string, unknown>>;
