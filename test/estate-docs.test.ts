import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { changeSome } from '../demo/changes.ts';
import { accessPolicy } from '../emulator/contoso/access-policy.ts';
import { contoso } from '../emulator/contoso.ts';
import { textFile } from './support/file.ts';
import { gatewayOver } from './support/gateway.ts';

describe('docs/estate.md', () => {
  const text = readFileSync('docs/estate.md', 'utf8');
  const examples = [...text.matchAll(/^```graphql\n(.*?)^```\n\n```json\n(.*?)^```/gms)];

  it('has the answers that Ada gets in the demo', async () => {
    const world = contoso();
    changeSome(world);
    const { askAs } = await gatewayOver({ world, env: { ACCESS_POLICY: textFile(accessPolicy(world)) } });
    assert.equal(examples.length, text.match(/^```graphql$/gm)?.length);
    for (const [, query = '', answer = ''] of examples)
      assert.deepEqual(await askAs('Ada', query), JSON.parse(answer), query);
  });

  it('names files that are there', () => {
    const links = [...text.matchAll(/\]\((?!http|#)([^)#]+)/g)].map(([, link = '']) => `docs/${link}`);
    assert.deepEqual(
      links.filter((path) => !existsSync(path)),
      [],
    );
  });
});
