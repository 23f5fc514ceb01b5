import { SecretText } from '../../src/secret-text.ts';

// Loaded before a gateway: what a careless debugging line would do.
const { of } = SecretText;
const kept: string[] = [];
Object.assign(globalThis, { kept });

SecretText.of = (value) => {
  kept.push(value);
  process.stderr.write(`${JSON.stringify({ event: 'debug', value })}\n`);
  return of(value);
};
