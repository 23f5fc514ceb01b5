import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createAudit } from '../src/audit.ts';
import { createLog } from '../src/telemetry.ts';
import { attempt, faultsOf, keyless, mended, silent, streamOf, unavailable } from './support/audit.ts';
import { ended, startAudit } from './support/audit-process.ts';

describe('a write that fails', () => {
  const noSpace = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

  it('refuses its record alone, and the next line says so', async () => {
    const { stream, taken } = streamOf((_line, done, at) => done(at === 2 ? noSpace : null));
    const audit = await createAudit(keyless, silent, stream);
    await audit.record(attempt);
    await assert.rejects(audit.record(attempt), { ...unavailable, cause: noSpace });
    await audit.record(attempt);
    const [, last, , next] = taken.map((line) => JSON.parse(line));
    assert.deepEqual([next.seq, next.gap], [3, { from: 2, after: last.hash, refused: 1 }]);
  });

  const remains: Record<string, (lines: string[]) => string[]> = {
    nothing: () => [],
    'half of each': (lines) => lines.map((line) => line.slice(0, line.length / 2)),
    'the first': (lines) => lines.slice(0, 1),
    all: (lines) => lines,
  };
  for (const [what, remain] of Object.entries(remains)) {
    it(`three times leaves a chain that verifies when ${what} of the three lines remains`, async () => {
      const { stream, taken } = streamOf((_line, done, at) => done(at >= 2 && at <= 4 ? noSpace : null));
      const audit = await createAudit(keyless, silent, stream);
      await Promise.allSettled(Array.from({ length: 6 }, () => audit.record(attempt)));
      await audit.close();
      const text = [...taken.slice(0, 2), ...remain(taken.slice(2, 5)), ...taken.slice(5)].join('');
      assert.deepEqual(faultsOf(text), [undefined]);
    });
  }

  it('hides no loss of a line that was written before it', async () => {
    const { stream, taken } = streamOf((_line, done, at) => done(at === 3 ? noSpace : null));
    const audit = await createAudit(keyless, silent, stream);
    await Promise.allSettled(Array.from({ length: 4 }, () => audit.record(attempt)));
    const text = taken.filter((_, at) => at !== 2 && at !== 3).join('');
    assert.deepEqual(faultsOf(text), ['line 4: seq 2 to 3 are missing before it']);
  });

  it('hides no change of the line before it', async () => {
    const { stream, taken } = streamOf((_line, done, at) => done(at === 2 ? noSpace : null));
    const audit = await createAudit(keyless, silent, stream);
    await Promise.allSettled(Array.from({ length: 3 }, () => audit.record(attempt)));
    const text = taken
      .with(1, `${mended(taken[1], { name: 'another' })}\n`)
      .with(2, '')
      .join('');
    assert.deepEqual(faultsOf(text), ['line 4: it does not follow from line 2: one of both was altered']);
  });

  it('has no effect when its time is up', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { stream } = streamOf((_line, done, at) => done(at === 1 ? noSpace : null));
    const audit = await createAudit(keyless, silent, stream);
    await assert.rejects(audit.record(attempt), unavailable);
    t.mock.timers.tick(5000);
    await assert.doesNotReject(audit.record(attempt));
  });

  it('is in the log once an outage', async () => {
    const said: string[] = [];
    const log = createLog('info', { write: (line) => void said.push(JSON.parse(line).event) });
    const { stream } = streamOf((_line, done, at) => done(at === 1 || at === 2 ? noSpace : null));
    const audit = await createAudit(keyless, log, stream);
    await Promise.allSettled([1, 2, 3].map(() => audit.record(attempt)));
    await audit.close();
    assert.deepEqual(said, ['audit-opened', 'audit-unavailable', 'audit-resumed', 'audit-closed']);
  });

  it('because nobody reads standard output any more (EPIPE) does not end the process', async () => {
    const gateway = startAudit(`
      const audit = await createAudit({ file: undefined, key: undefined }, silent, process.stdout);
      for await (const _ of process.stdin);
      const settled = await Promise.allSettled([audit.record(attempt), audit.record(attempt)]);
      await audit.close();
      console.error(...settled.map(({ reason }) => reason?.code));`);
    await once(gateway.stdout, 'data');
    gateway.stdout.destroy();
    gateway.stdin.end();
    assert.deepEqual(await ended(gateway), { code: 0, said: 'AUDIT_UNAVAILABLE AUDIT_UNAVAILABLE\n' });
  });
});

describe('a write that does not call back', () => {
  it('refuses its record and those behind it after 5 s, and the later ones at once', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { stream } = streamOf((_line, done, at) => at === 0 && done());
    const audit = await createAudit(keyless, silent, stream);
    const records = [audit.record(attempt), audit.record(attempt)];
    t.mock.timers.tick(5000);
    const settled = await Promise.allSettled([...records, audit.record(attempt)]);
    assert.deepEqual(settled.map(codeOf), ['AUDIT_UNAVAILABLE', 'AUDIT_UNAVAILABLE', 'AUDIT_UNAVAILABLE']);
  });

  it('does not hold up the end', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { stream } = streamOf((_line, done, at) => at === 0 && done());
    const audit = await createAudit(keyless, silent, stream);
    const closed = audit.close();
    t.mock.timers.tick(5000);
    assert.equal(await closed, undefined);
  });

  const endings: Record<string, [ending: Error | null, gap: object]> = {
    'is written after all': [null, { from: 2, refused: 1 }],
    'fails after all': [new Error('no space left'), { from: 1, refused: 1 }],
  };
  for (const [what, [ending, expected]] of Object.entries(endings)) {
    it(`and ${what}: the chain is whole, and says that one was refused`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const { stream, taken, release } = streamHolding(1);
      const audit = await createAudit(keyless, silent, stream);
      const overdue = assert.rejects(audit.record(attempt), unavailable);
      t.mock.timers.tick(5000);
      await overdue;
      await release(ending);
      await audit.record(attempt);
      const { after: _, ...gap } = JSON.parse(taken[2] ?? '').gap;
      assert.deepEqual([gap, faultsOf(taken.join(''))], [expected, [undefined]]);
    });
  }

  it('counts each refused record once, over two outages', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { stream, taken, release } = streamHolding(1, 2);
    const audit = await createAudit(keyless, silent, stream);
    const records = Promise.allSettled([audit.record(attempt)]);
    await release(new Error('no space left'));
    const more = Promise.allSettled([audit.record(attempt), audit.record(attempt)]);
    t.mock.timers.tick(5000);
    await release(null);
    await Promise.all([records, more, audit.record(attempt)]);
    const refused = taken.map((line) => JSON.parse(line).gap?.refused);
    assert.deepEqual(refused, [undefined, undefined, 1, 2]);
  });

  it('lets 10,000 records wait and no more', async () => {
    const { stream, release } = streamHolding(1);
    const audit = await createAudit(keyless, silent, stream);
    const waiting = Array.from({ length: 10_001 }, () => audit.record(attempt));
    await assert.rejects(audit.record(attempt), unavailable);
    await release(null);
    assert.deepEqual(new Set((await Promise.allSettled(waiting)).map(codeOf)), new Set([undefined]));
  });
});

function codeOf(result: PromiseSettledResult<void>): string | undefined {
  return result.status === 'rejected' ? result.reason.code : undefined;
}

/** A stream that takes all lines but those numbered, which it holds until told how each ends. */
function streamHolding(...numbers: number[]) {
  let held: (error: Error | null) => void = () => {};
  const { stream, taken } = streamOf((_line, done, at) => {
    if (numbers.includes(at)) held = done;
    else done();
  });
  const release = async (ending: Error | null): Promise<void> => {
    held(ending);
    await new Promise(setImmediate);
  };
  return { stream, taken, release };
}
