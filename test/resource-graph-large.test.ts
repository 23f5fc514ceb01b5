import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { gatewayOver } from './support/gateway.ts';

const CALLERS = 8;

describe('what is asked of Resource Graph at a time', () => {
  for (const [what, first, most] of [
    ['is three answers that are large', 1000, 3],
    ['is whatever is asked that is small', 250, CALLERS],
  ] as const) {
    it(what, async () => {
      const { ask, azure } = await gatewayOver({ world: contoso({ subscriptions: 1, resources: 2000 }) });
      let [underWay, together] = [0, 0];
      const { fetch } = azure;
      azure.fetch = async (request) => {
        together = Math.max(together, ++underWay);
        return fetch(request).finally(() => {
          underWay -= 1;
        });
      };
      const answers = await Promise.all(
        Array.from({ length: CALLERS }, (_, nth) =>
          ask(`{ resources(first: ${first}, where: { not: { name: { equals: "${nth}" } } }) { nodes { id } } }`),
        ),
      );
      assert.deepEqual(
        answers.map(({ data }) => data.resources.nodes.length),
        Array(CALLERS).fill(first),
      );
      assert.equal(together, most);
    });
  }
});
