import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whereValuesAre } from './support/canaries.ts';

// That a leak would be found is proven in test/heavy.
describe('the values of a gateway process', () => {
  it('are in the answers of those who may read them, and nowhere else', async () => {
    const { answered, places } = await whereValuesAre([]);
    assert.deepEqual(answered, ['samplesecret', 'billing-api-key']);
    assert.deepEqual(places, []);
  });
});
