import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

/** Thrown for a file that is no YAML at all, such as one with a key said twice; the message says where. */
export class YamlError extends Error {
  readonly file: string;
  constructor(file: string, message: string) {
    super(message);
    this.name = 'YamlError';
    this.file = file;
  }
}

/** The documents of a YAML or JSON file as plain values. Throws YamlError. */
export function documentsOf(file: string): unknown[] {
  return parseDocuments(readFileSync(file, 'utf8'), file);
}

export function parseDocuments(text: string, file: string): unknown[] {
  return [...parseAllDocuments(text)].map((document) => {
    const [error] = document.errors;
    if (error) throw new YamlError(file, `${error.message.split(':\n', 1).join()}.`);
    return document.toJS();
  });
}

/** The fields of an object; of anything else none. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export type Fields = Readonly<Record<string, unknown>>;
