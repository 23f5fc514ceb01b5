import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse, validate } from 'graphql';
import { checkTypes } from '../deploy/check/kubernetes/types.ts';
import { render } from '../deploy/check/kustomize.ts';
import { merged } from '../deploy/check/merge.ts';
import { fieldsOf, parseDocuments } from '../deploy/check/yaml.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { checkPolicies } from '../src/policy/check.ts';

for (const file of ['docs/deploying.md', 'docs/coming-from.md']) {
  describe(file, () => {
    const text = readFileSync(file, 'utf8');
    const fences = (language: string) =>
      [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

    it('asks what the schema has', () => {
      const schema = createSchema();
      const queries = [...text.matchAll(/`(\{ [a-zA-Z].*? \})`|"query": "(\{.*?\})"/g)].map(([, table, curl = '']) =>
        (table ?? curl).replaceAll('\\"', '"'),
      );
      assert.ok(queries.length > 0);
      assert.deepEqual(
        queries.flatMap((query) => validate(schema, parse(query)).map(({ message }) => `${query}: ${message}`)),
        [],
      );
    });

    it('has commands that a shell can read', () => {
      const { stderr } = spawnSync('bash', ['-n'], { input: fences('sh').join('\n'), encoding: 'utf8' });
      assert.equal(stderr, '');
    });

    it('names files that are there', () => {
      const links = [...text.matchAll(/\]\((?!http|#)([^)#]+)/g)].map(([, link = '']) => `docs/${link}`);
      const scripts = [...text.matchAll(/\bdeploy\/[\w/.-]+\.(?:sh|json|yaml)/g)].map(([path]) => path);
      const written = (path: string) => path.startsWith('deploy/aks/mine');
      assert.deepEqual(
        [...links, ...scripts].filter((path) => !existsSync(path) && !written(path)),
        [],
      );
    });

    it('has policies that the gateway takes, and manifests that Kubernetes takes', () => {
      for (const policy of fences('cedar')) assert.ok(checkPolicies(policy).length > 0);
      const manifests = fences('yaml')
        .flatMap((yaml) => parseDocuments(yaml, file))
        .map(fieldsOf);
      // A patch says only what it changes.
      const patched = manifests.map((value) => ({ file, value: fieldsOf(merged(shipped(value.kind), value)) }));
      const wrong = checkTypes(patched);
      assert.deepEqual(wrong, []);
    });
  });
}

function shipped(kind: unknown): unknown {
  return render('deploy/aks/base').resources.find(({ value }) => value.kind === kind)?.value;
}
