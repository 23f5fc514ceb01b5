import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { printed } from './finding.ts';
import { checkTypes } from './kubernetes/types.ts';
import { checkKubernetes } from './kubernetes.ts';
import { render } from './kustomize.ts';
import { fieldsOf, parseDocuments } from './yaml.ts';

// node deploy/check/compare.ts KUBECTL FOLDER...: kubectl makes of each folder what the check makes of it, and that is right.
const [kubectl = 'kubectl', ...folders] = process.argv.slice(2);
assert(folders.length > 0, 'Give kubectl and the folders.');
for (const folder of folders) {
  const file = `kubectl kustomize ${folder}`;
  const output = execFileSync(kubectl, ['kustomize', folder], { encoding: 'utf8' });
  const resources = parseDocuments(output, file).map((value) => ({ file, value: fieldsOf(value) }));
  const ours = render(folder).resources.map(({ value }) => value);
  const others = resources.filter(({ value }) => !ours.some((own) => isDeepStrictEqual(own, value)));
  assert.deepEqual(
    others.map(({ value }) => value),
    [],
    `${folder}: kubectl makes other resources of it.`,
  );
  assert.equal(
    resources.length,
    ours.length,
    `${folder}: kubectl makes ${resources.length} resources, the check ${ours.length}.`,
  );
  assert.deepEqual([...(await checkKubernetes(resources)), ...checkTypes(resources)].map(printed), []);
  process.stdout.write(`${folder}: ${resources.length} resources, as kubectl has them, and nothing wrong\n`);
}
