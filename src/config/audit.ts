import type { Environment } from './environment.ts';

const SHORTEST_KEY = 32;

export function readAuditKey({ text, complain }: Environment): string | undefined {
  const key = text('AUDIT_KEY');
  if (key !== undefined && key.length < SHORTEST_KEY) {
    complain(
      `AUDIT_KEY has ${key.length} characters: give ${SHORTEST_KEY} or more, such as \`openssl rand -hex 32\` prints.`,
    );
  }
  return key;
}
