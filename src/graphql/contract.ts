import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../schema/', import.meta.url);
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql'));

/** The text of each of schema/*.graphql. The build puts the texts in the place of this module. */
export const contract: readonly string[] = files.sort().map((file) => readFileSync(new URL(file, FOLDER), 'utf8'));
