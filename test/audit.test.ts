import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createAudit } from '../src/audit.ts';
import { attempt, chainOf, eventsIn, faultsOf, keyless, silent, streamOf, unavailable } from './support/audit.ts';
import { ended, startAudit } from './support/audit-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => join(folder, `audit-${files++}.jsonl`);

describe('the audit', () => {
  it('writes an attempt with all that is known of it, and its place in the chain', async () => {
    const [opening, record] = (await chainOf(1)).map((line) => JSON.parse(line));
    const { time, hash, ...fields } = record;
    assert.deepEqual(fields, {
      event: 'access',
      ...{ ...attempt, requestId: 'request-1' },
      ...{ chain: opening.chain, seq: 1, previous: opening.hash },
    });
    assert.match(`${time} ${hash}`, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [0-9a-f]{64}$/);
  });

  it('opens with what wrote it, and closes', async () => {
    const [opening, closing] = (await chainOf(0, 'key')).map((line) => JSON.parse(line));
    const { gateway, host, format, algorithm, seq, previous } = opening;
    assert.deepEqual([format, algorithm, seq, previous], [1, 'HMAC-SHA-256', 0, null]);
    assert.deepEqual([typeof gateway, typeof host], ['string', 'string']);
    assert.deepEqual([opening.event, closing.event], ['audit-opened', 'audit-closed']);
  });

  it('has no place for a value, whatever a record carries', async () => {
    const { stream, taken } = streamOf();
    const audit = await createAudit(keyless, silent, stream);
    const carried = { ...attempt, value: 'canary-4711', caller: { ...attempt.caller, token: 'canary-4711' } };
    await audit.record(carried);
    assert.equal(taken.join('').includes('canary-4711'), false);
  });

  it('cuts texts that callers choose', async () => {
    const { stream, taken } = streamOf();
    const audit = await createAudit(keyless, silent, stream);
    await audit.record({ ...attempt, version: 'v'.repeat(100_000) });
    assert.equal(JSON.parse(taken[1] ?? '').version, `${'v'.repeat(512)}…`);
  });

  it('keeps 1,000 concurrent records in order', async () => {
    const { stream, taken } = streamOf((_line, done) => setImmediate(done));
    const audit = await createAudit(keyless, silent, stream);
    const requestIds = Array.from({ length: 1000 }, (_, number) => `request-${number}`);
    await Promise.all(requestIds.map((requestId) => audit.record({ ...attempt, requestId })));
    const records = taken.slice(1).map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map(({ seq, requestId }) => [seq, requestId]),
      requestIds.map((id, at) => [at + 1, id]),
    );
    assert.deepEqual(faultsOf(taken.join('')), [undefined]);
  });

  it('writes what waits before it closes, and takes nothing after', async () => {
    const { stream, taken } = streamOf((_line, done) => setImmediate(done));
    const audit = await createAudit(keyless, silent, stream);
    const records = [audit.record(attempt), audit.record(attempt)];
    await Promise.all([audit.close(), audit.close(), ...records]);
    await assert.rejects(audit.record(attempt), unavailable);
    assert.deepEqual(
      taken.map((line) => JSON.parse(line).event),
      ['audit-opened', 'access', 'access', 'audit-closed'],
    );
  });
});

describe('AUDIT_FILE', () => {
  it("is created for its owner's eyes", async () => {
    const file = newFile();
    await (await createAudit({ file, key: undefined }, silent)).close();
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is appended to', async () => {
    const file = newFile();
    for (const key of ['one', 'two']) await (await createAudit({ file, key }, silent)).close();
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 5);
  });

  it('is shared by several processes', async () => {
    const file = newFile();
    await Promise.all([gateway(file, 300), gateway(file, 300), gateway(file, 300)]);
    const text = readFileSync(file, 'utf8');
    assert.deepEqual([text.trim().split('\n').length, faultsOf(text)], [906, [undefined, undefined, undefined]]);
  });

  it('that cannot be opened stops the start, with its reason', async () => {
    await assert.rejects(createAudit({ file: folder, key: undefined }, silent), {
      ...unavailable,
      message: `AUDIT_FILE is "${folder}": it cannot be written (EISDIR: illegal operation on a directory, open '${folder}'). Give a path that the gateway may append to.`,
    });
  });

  it('on a full disk stops the start', { skip: !existsSync('/dev/full') }, async () => {
    await assert.rejects(createAudit({ file: '/dev/full', key: undefined }, silent), unavailable);
  });

  it('that filled up within a line spoils no line of the next process, and every record is accounted for', async () => {
    const file = newFile();
    const refused = await gateway(file, 20, 'trap "" XFSZ; ulimit -f 4;');
    await gateway(file, 1);
    const text = readFileSync(file, 'utf8');
    assert.equal(eventsIn(text).filter((event) => event === 'access').length + refused, 20 + 1);
    assert.deepEqual(faultsOf(text), [undefined, undefined]);
  });
});

/** Runs a gateway that puts so many attempts on record in a file; how many were refused. */
async function gateway(file: string, records: number, limits = ''): Promise<number> {
  const running = startAudit(
    `const audit = await createAudit({ file: ${JSON.stringify(file)}, key: undefined }, silent);
    const settled = await Promise.allSettled(Array.from({ length: ${records} }, () => audit.record(attempt)));
    await audit.close();
    console.error(settled.filter(({ reason }) => reason?.code === 'AUDIT_UNAVAILABLE').length);`,
    limits,
  );
  const { code, said } = await ended(running);
  assert.equal(code, 0, said);
  return Number(said);
}
