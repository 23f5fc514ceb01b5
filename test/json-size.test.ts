import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { contoso } from '../emulator/contoso.ts';
import { createPlaces, NOBODYS } from '../src/azure/governor/place.ts';
import { sizeOfJson } from '../src/azure/json-size.ts';
import { clientOptions } from '../src/azure/pipeline.ts';
import { type Work, working } from '../src/azure/request.ts';
import { systemClock } from '../src/clock.ts';
import { GatewayError } from '../src/errors.ts';
import { startTrace } from '../src/telemetry/trace.ts';
import { transportTo } from './support/transport.ts';

// What a character of usual JSON takes in memory: `azure/cache/holds.ts` counts on it.
const BYTES_A_CHARACTER = 1.4;
const upstream = { host: 'management.azure.com', grant: '' };
const work: Work = {
  signal: new AbortController().signal,
  origin: { requestId: 'request', trace: startTrace(null), calls: [], saved: [] },
  operation: 'subscriptions.list',
  places: createPlaces(NOBODYS),
};
const usual = JSON.stringify(contoso({ resources: 2000 }).resources);

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

describe('the size of JSON', () => {
  const lists: Readonly<Record<string, (nth: number) => string>> = {
    numbers: () => '1',
    'fractions between others': (nth) => (nth % 2 ? String(nth + 0.5) : 'null'),
    'short texts': (nth) => `"${nth.toString(36)}"`,
    'long texts': (nth) => `"${nth} ${'x'.repeat(1000)}"`,
    'empty objects': () => '{}',
    'empty lists': () => '[]',
    'lists of one': () => '[1]',
    'objects of one': () => '{"a":1}',
    'objects of eight': () => '{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1}',
    'objects in objects': () => `${'{"a":'.repeat(100)}{}${'}'.repeat(100)}`,
    'objects of keys of their own': (nth) => `{"${nth.toString(36)}":1}`,
    'objects of numbers as keys': (nth) => `{"${nth}":1}`,
  };
  for (const [what, of] of Object.entries(lists)) {
    it(`is what ${what} take in memory, to the half of it at least`, () => {
      const text = Buffer.from(listed(of)).toString('latin1');
      const [bytes, size] = [bytesOf(text), sizeOfJson(text)];
      assert.ok(bytes < 2 * BYTES_A_CHARACTER * size, `${bytes} bytes`);
    });
  }

  it('is the length of usual resources', () => {
    assert.ok(Math.abs(sizeOfJson(usual) / usual.length - 1) < 0.1, `${sizeOfJson(usual)} of ${usual.length}`);
  });

  it('takes what stands in texts for text', () => {
    const text = JSON.stringify(['{},{},[],'.repeat(1000), '\\"{},{},"\\'.repeat(1000)]);
    assert.equal(sizeOfJson(text), text.length);
  });
});

describe('an answer of Azure that is too much', () => {
  it('is not parsed, asked for once, and no failure of Azure’s', async () => {
    const body = '{"value":[{},{}';
    const told: (number | string)[] = [];
    const governed: PipelinePolicy = {
      name: 'governed',
      sendRequest: (request, next) => next(request).finally(() => told.push('answered')),
    };
    const transport = transportTo(async () => new Response(body));
    const credential = { getToken: async () => ({ token: 'a token', expiresOnTimestamp: Date.now() + 3_600_000 }) };
    const client = new SubscriptionClient(credential, clientOptions(transport, governed, systemClock));
    const received = (size: number) => {
      told.push(size);
      throw new GatewayError('LIMIT_EXCEEDED', 'too much');
    };
    await assert.rejects(
      working({ ...work, received }, upstream, () => Array.fromAsync(client.subscriptions.list())),
      { code: 'LIMIT_EXCEEDED' },
    );
    assert.deepEqual(told, ['answered', sizeOfJson(body)]);
  });
});

/** A list of a million characters. */
function listed(of: (nth: number) => string): string {
  const items: string[] = [];
  for (let length = 0; length < 1e6; length += (items.at(-1) ?? '').length + 1) items.push(of(items.length));
  return `[${items.join(',')}]`;
}

function bytesOf(text: string): number {
  const before = used();
  const parsed = JSON.parse(text);
  const bytes = used() - before;
  assert.ok(parsed);
  return bytes;
}

function used(): number {
  for (let times = 0; times < 3; times += 1) collect();
  return getHeapStatistics().used_heap_size;
}
