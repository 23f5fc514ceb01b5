import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { HASHED, renamed } from './hash.ts';
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
/** Of the items of its lists. */
const KNOWN_OF: Readonly<Record<string, readonly string[]>> = {
  patches: ['path'],
  images: ['name', 'newName', 'newTag', 'digest'],
  configMapGenerator: ['name', 'namespace', 'behavior', 'envs', 'files', 'options'],
};

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
  const unknown = [
    ...kustomization.all().filter(({ key }) => !KNOWN.includes(key)),
    ...Object.entries(KNOWN_OF).flatMap(([list, keys]) =>
      kustomization
        .at(list)
        .all()
        .flatMap((item) => item.all().filter(({ key }) => !keys.includes(key))),
    ),
  ];
  findings.push(...unknown.map((field) => field.wrong('this check does not know it: use another way, or teach it.')));
  for (const place of kustomization.at('resources').all()) add(place, { resources: [], findings: [] });
  for (const place of kustomization.at('configMapGenerator').all()) generate(place);
  for (const place of kustomization.at('components').all()) {
    if (!isThere(place)) continue;
    const built = build(join(folder, place.text() ?? ''), { resources, findings: [] });
    resources = [...built.resources];
    findings.push(...built.findings);
  }
  for (const place of kustomization.at('patches').all()) if (isThere(place.at('path'))) patch(place);
  for (const place of kustomization.at('images').all()) {
    const name = place.at('name');
    if (!resources.some(({ value }) => hasImage(value, name.text())))
      findings.push(name.wrong(`no image is called "${name.text()}".`));
    resources = resources.map((resource) => withImage(resource, place));
  }
  return { resources, findings };

  function isThere(place: Place): boolean {
    const isFound = place.has() && existsSync(join(folder, place.text() ?? ''));
    if (place.has() && !isFound) findings.push(place.wrong(`there is no ${place.text()}.`));
    return isFound;
  }

  function add(place: Place, nothing: Rendered): void {
    const path = join(folder, place.text() ?? '');
    if (!isThere(place)) return;
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
