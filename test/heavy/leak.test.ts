import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { whereValuesAre } from '../support/canaries.ts';

describe('the values of a gateway process', () => {
  it('would be found: a leak planted in log, metrics, traces and memory is', async () => {
    const { places } = await whereValuesAre(['--import', resolve('test/support/leak.ts')]);
    assert.deepEqual(places, ['standard error', 'metrics', 'traces', 'the heap']);
  });
});
