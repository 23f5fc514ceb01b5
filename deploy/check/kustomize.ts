import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { merged } from './merge.ts';
import { everyPlace, type Place, placeOf } from './place.ts';
import { documentsOf, type Fields, fieldsOf } from './yaml.ts';

/** What `kubectl kustomize` makes of a folder, each resource with the file it comes from. */
export interface Rendered {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
}

export interface Resource {
  readonly file: string;
  readonly value: Fields;
}

/** Between a resource's own file and that of a patch of it. */
export const PATCHED = ', patched by ';

const KNOWN = ['apiVersion', 'kind', 'resources', 'components', 'patches', 'images', 'configMapGenerator'];

/**
 * The part of kustomize that deploy/aks uses, so that what is checked needs npm alone; .ci/run compares it with kubectl's own.
 * What it does not know is a finding, not a guess. With a component, as an overlay that has it would be.
 */
export function render(folder: string, component?: string): Rendered {
  const whole = build(folder, { resources: [], findings: [] });
  const draft = component === undefined ? whole : build(component, whole);
  return { resources: renamed(draft.resources), findings: draft.findings };
}

function build(folder: string, before: Rendered): Rendered {
  const file = join(folder, 'kustomization.yaml');
  const kustomization = placeOf(file, documentsOf(file)[0]);
  const findings = [...before.findings];
  let resources = [...before.resources];
  for (const field of kustomization.all()) {
    if (!KNOWN.includes(field.key))
      findings.push(field.wrong('this check does not know it: use another way, or teach it.'));
  }
  for (const place of kustomization.at('resources').all()) add(place, { resources: [], findings: [] });
  for (const place of kustomization.at('configMapGenerator').all()) generate(place);
  for (const place of kustomization.at('components').all()) {
    const built = build(join(folder, place.text() ?? ''), { resources, findings: [] });
    resources = [...built.resources];
    findings.push(...built.findings);
  }
  for (const place of kustomization.at('patches').all()) patch(place);
  for (const place of kustomization.at('images').all()) {
    const name = place.at('name');
    if (!resources.some(({ value }) => hasImage(value, name.text())))
      findings.push(name.wrong(`no image is called "${name.text()}".`));
    resources = resources.map((resource) => withImage(resource, place));
  }
  return { resources, findings };

  function add(place: Place, nothing: Rendered): void {
    const path = join(folder, place.text() ?? '');
    if (!existsSync(path)) return void findings.push(place.wrong(`there is no ${place.text()}.`));
    if (!path.endsWith('.yaml')) {
      const built = build(path, nothing);
      resources.push(...built.resources);
      findings.push(...built.findings);
      return;
    }
    resources.push(...documentsOf(path).map((value) => ({ file: path, value: fieldsOf(value) })));
  }

  function patch(place: Place): void {
    const path = join(folder, place.at('path').text() ?? '');
    for (const value of documentsOf(path).map(fieldsOf)) {
      const found = resources.find((resource) => idOf(resource.value) === idOf(value));
      if (!found) findings.push(place.wrong(`it patches ${idOf(value)}, which is not there.`));
      resources = resources.map((resource) =>
        resource === found
          ? { file: `${resource.file}${PATCHED}${path}`, value: fieldsOf(merged(resource.value, value)) }
          : resource,
      );
    }
  }

  function generate(place: Place): void {
    const data = { ...dataOfEnvs(place), ...dataOfFiles(place) };
    const name = place.at('name').text() ?? '';
    const namespace = place.at('namespace').text();
    const isHashed = place.at('options', 'disableNameSuffixHash').value !== true;
    if (!isHashed && place.at('envs').has()) {
      findings.push(
        place
          .at('options')
          .wrong('settings are read at the start alone: without the hash a change of them reaches no pod.'),
      );
    }
    const metadata = { name, ...(namespace ? { namespace } : {}), ...(isHashed ? { [HASHED]: true } : {}) };
    const value = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
    const isReplacement = place.at('behavior').text() === 'replace';
    const old = resources.find((resource) => idOf(resource.value) === idOf(value));
    if (isReplacement !== (old !== undefined)) {
      findings.push(
        place.wrong(old ? `${name} is there: say \`behavior: replace\`.` : `there is no ${name} to replace.`),
      );
    }
    const [source, ...others] = [...place.at('envs').all(), ...place.at('files').all()];
    const from = source && others.length === 0 ? join(folder, source.text() ?? '') : file;
    resources = [...resources.filter((resource) => resource !== old), { file: from, value }];
  }

  function dataOfEnvs(place: Place): Record<string, string> {
    const lines = place
      .at('envs')
      .all()
      .flatMap((env) => textOf(env, env.text() ?? '').split('\n'));
    return Object.fromEntries(
      lines
        .filter((line) => /^[^#\s]/.test(line))
        .map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
  }

  function dataOfFiles(place: Place): Record<string, string> {
    return Object.fromEntries(
      place
        .at('files')
        .all()
        .map((place) => {
          const [key = '', path = key] = place.text()?.split('=') ?? [];
          return [key, textOf(place, path)];
        }),
    );
  }

  function textOf(place: Place, path: string): string {
    const whole = join(folder, path);
    if (existsSync(whole)) return readFileSync(whole, 'utf8');
    findings.push(place.wrong(`there is no ${path}.`));
    return '';
  }
}

/** Marks a generated ConfigMap whose name ends with the hash of its data. */
const HASHED = '\0hashed';

function renamed(resources: readonly Resource[]): Resource[] {
  const names = new Map<string, string>();
  const named = resources.map(({ file, value }) => {
    const { [HASHED]: isHashed, ...metadata } = fieldsOf(value.metadata);
    if (!isHashed) return { file, value };
    const name = String(metadata.name);
    names.set(name, `${name}-${hashOf(fieldsOf(value.data))}`);
    return { file, value: { ...value, metadata: { ...metadata, name: names.get(name) } } };
  });
  return named.map(({ file, value }) => ({
    file,
    value: value.kind === 'ConfigMap' ? value : fieldsOf(withNames(value, names)),
  }));
}

function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withNames(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isReference = key === 'configMapRef' || key === 'configMapKeyRef' || key === 'configMap';
      const name = isReference ? names.get(String(fieldsOf(item).name)) : undefined;
      return [key, name === undefined ? withNames(item, names) : { ...fieldsOf(item), name }];
    }),
  );
}

// https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go: digits and vowels are replaced, lest it be a word.
function hashOf(data: Fields): string {
  const sorted = Object.fromEntries(Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const text = JSON.stringify({ data: sorted, kind: 'ConfigMap', name: '' }).replaceAll(/[<>&]/g, escaped);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return hash.replaceAll(/[013ae]/g, (letter) => ({ 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' })[letter] ?? letter);
}

const escaped = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16)}`;

function withImage({ file, value }: Resource, image: Place): Resource {
  const name = image.at('name').text();
  const newName = image.at('newName').text() ?? name;
  const [tag, digest] = [image.at('newTag').text(), image.at('digest').text()];
  const change = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(change);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, item]) => [key, key === 'image' ? pinned(item) : change(item)]),
    );
  };
  return { file, value: fieldsOf(change(value)) };

  function pinned(old: unknown): unknown {
    const { bare, rest } = partsOf(old);
    if (bare !== name) return old;
    if (digest) return `${newName}@${digest}`;
    return tag ? `${newName}:${tag}` : `${newName}${rest}`;
  }
}

function partsOf(image: unknown): { readonly bare: string; readonly rest: string } {
  const [, bare = '', rest = ''] = /^(.+?)((?::[^/]+)?(?:@.+)?)$/.exec(String(image)) ?? [];
  return { bare, rest };
}

const hasImage = (value: Fields, name: string | undefined): boolean =>
  everyPlace(placeOf('', value)).some((place) => place.key === 'image' && partsOf(place.value).bare === name);

function idOf(value: Fields): string {
  const { name, namespace } = fieldsOf(value.metadata);
  return `${value.kind} ${namespace ?? ''}/${name}`;
}
