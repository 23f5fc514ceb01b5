import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkContainerGroup, isContainerGroup } from './aci.ts';
import { checkAppRoles, checkSpoken, isAppRoles, namesOf } from './app-role.ts';
import { checkTemplate, isTemplate } from './arm.ts';
import type { Finding } from './finding.ts';
import { checkTypes } from './kubernetes/types.ts';
import { checkKubernetes } from './kubernetes.ts';
import { PATCHED, type Resource, render } from './kustomize.ts';
import { checkPolicyFile } from './policy.ts';
import { checkScript } from './script.ts';
import { subjectsOf } from './trust.ts';
import { checkWorkflow } from './workflow.ts';
import { documentsOf, YamlError } from './yaml.ts';

/** Everything that is wrong below a folder: each file is checked for what it is. */
export async function checkFolder(folder: string): Promise<Finding[]> {
  try {
    return await checkReadable(folder);
  } catch (error) {
    if (error instanceof YamlError) return [{ file: error.file, path: '', message: error.message }];
    throw error;
  }
}

async function checkReadable(folder: string): Promise<Finding[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .toSorted();
  const kustomizations = files.filter((file) => file.endsWith('/kustomization.yaml')).map((file) => dirname(file));
  const folders = kustomizations.filter(isWhole);
  const components = kustomizations.filter((one) => !isWhole(one));
  const rendered = folders.flatMap((one) => [
    render(one),
    ...components.filter((other) => dirname(other) === dirname(one)).map((other) => render(one, other)),
  ]);
  const subjects = subjectsOf(rendered.flatMap(({ resources }): readonly Resource[] => resources));
  const roles = files.filter((file) => file.endsWith('.json')).flatMap((file) => documentsOf(file).flatMap(namesOf));
  const found = await Promise.all([
    ...rendered.map(async ({ resources, findings }) => [...findings, ...(await checkKubernetes(resources))]),
    checkTypes(rendered.flatMap(({ resources }): readonly Resource[] => resources)),
    ...files.map((file) => checkFile(file, subjects)),
    ...files
      .filter((file) => /\.(cedar|sh)$/.test(file))
      .map((file) => checkSpoken(file, readFileSync(file, 'utf8'), roles)),
  ]);
  return unique(found.flat());
}

/** A component is a part of an overlay, and checked in those beside it, as if they had it. */
function isWhole(folder: string): boolean {
  return !readFileSync(join(folder, 'kustomization.yaml'), 'utf8').includes('kind: Component');
}

async function checkFile(file: string, subjects: readonly string[]): Promise<Finding[]> {
  const text = () => readFileSync(file, 'utf8');
  if (file.endsWith('.cedar')) return checkPolicyFile(file, text());
  if (file.endsWith('.sh')) return checkScript(file, text(), subjects);
  if (/\.github\/workflows\/[^/]+\.ya?ml$/.test(file)) return checkWorkflow(file, text());
  if (!/\.(ya?ml|json)$/.test(file) || existsSync(join(dirname(file), 'kustomization.yaml'))) return [];
  return documentsOf(file).flatMap((value) => {
    if (isContainerGroup(value)) return checkContainerGroup(file, value);
    if (isAppRoles(value)) return checkAppRoles(file, value);
    return isTemplate(value) ? checkTemplate(file, value, subjects) : [];
  });
}

/** An overlay's base is rendered with it once more: what is wrong there already is no patch's doing. */
function unique(findings: readonly Finding[]): Finding[] {
  const own = ({ file, path, message }: Finding) => JSON.stringify([file.split(PATCHED)[0], path, message]);
  return [...new Map(findings.toReversed().map((finding) => [own(finding), finding])).values()].toReversed();
}
