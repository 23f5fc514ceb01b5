import { checkGroup } from './aci/group.ts';
import { checkProbes } from './aci/probe.ts';
import { checkShape } from './aci/shape.ts';
import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';
import { unfilled } from './placeholder.ts';

const API_VERSION = '2023-05-01';

/** What is wrong with a container group, as `az container create --file` and ARM take it. `${NAME}` stands for an operator's value. */
export function checkContainerGroup(file: string, value: unknown): Finding[] {
  const group = placeOf(file, value);
  const version = group.at('apiVersion');
  return [
    ...(version.value === API_VERSION
      ? []
      : [version.wrong(`what is checked here is ${API_VERSION}, as text in quotes.`)]),
    ...unfilled(group),
    ...checkShape(group),
    ...checkGroup(group),
    ...checkProbes(group),
  ];
}

export function isContainerGroup(value: unknown): boolean {
  return isType(placeOf('', value).at('type'));
}

const isType = (type: Place): boolean => type.text()?.toLowerCase() === 'microsoft.containerinstance/containergroups';
