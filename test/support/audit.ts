import { createChains } from '../../audit/chains.ts';
import { lineOf } from '../../audit/line.ts';
import { sealed } from '../../src/audit/line.ts';
import type { AuditStream } from '../../src/audit/output.ts';
import { type AuditEvent, createAudit } from '../../src/audit.ts';
import { createLog } from '../../src/telemetry.ts';

export const silent = createLog('silent', { write() {} });

export const keyless = { file: undefined, key: undefined };
export const unavailable = { code: 'AUDIT_UNAVAILABLE' };

export const attempt: AuditEvent = {
  caller: { id: 'https://sts.windows.net/contoso/|ada', kind: 'USER' },
  action: 'readSecretValue',
  vault: 'contoso-vault',
  name: 'db-password',
  version: null,
  allowed: true,
  policies: ['ada-reads-db'],
  operationName: 'Password',
  documentHash: 'd0c',
  requestId: 'request-1',
  upstreamRequestId: 'upstream-1',
  outcome: 'READ',
};

type Done = (error?: Error | null) => void;

/** A stream that answers each write, numbered from 0, as told; by default it takes all. */
export function streamOf(answer: (line: string, done: Done, at: number) => void = takes) {
  const taken: string[] = [];
  const stream: AuditStream = {
    write: (line, done) => {
      taken.push(line);
      answer(line, done, taken.length - 1);
    },
    on: () => {},
  };
  return { stream, taken };
}

export const takes = (_line: string, done: Done): void => done();

/** The lines of a whole chain: its opening line, so many records, its closing line. */
export async function chainOf(records: number, key?: string): Promise<string[]> {
  const { stream, taken } = streamOf();
  const audit = await createAudit({ file: undefined, key }, silent, stream);
  for (let number = 1; number <= records; number += 1)
    await audit.record({ ...attempt, requestId: `request-${number}` });
  await audit.close();
  return taken.map((line) => line.trim());
}

/** The events of the audit lines in a file, those behind a torn line too. */
export function eventsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => lineOf(line)?.line.event ?? []);
}

/** What the verifier finds in each chain of a file, in the order of their first lines. */
export function faultsOf(text: string, key?: string): (string | undefined)[] {
  const chains = createChains(key);
  for (const [index, line] of text.split('\n').entries()) chains.read(line, index + 1);
  return chains.verdicts().map(({ fault }) => fault && `line ${fault.at}: ${fault.what}`);
}

/** A line changed by somebody who knows how it is hashed, and has no key. */
export function mended(line = '', changes: object): string {
  return JSON.stringify(sealed({ ...JSON.parse(line), ...changes }, undefined));
}
