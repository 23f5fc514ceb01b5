import type { CompositeMapper, Mapper } from '@azure/core-client';
import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { ENUMERATIONS, MAPPERS } from './sdk.ts';

/** What `az` and ARM take beside the SDK's model of the body. */
const ENVELOPE = ['apiVersion', 'type', 'name'];

/** Unknown and absent properties, types and enumerations, by the mappers that Azure's own SDK serializes a container group with. */
export function checkShape(group: Place): Finding[] {
  return checkComposite(group, 'ContainerGroup', ENVELOPE);
}

function checkComposite(place: Place, className: string, besides: readonly string[] = []): Finding[] {
  if (typeof place.value !== 'object' || place.value === null) return [place.wrong('give an object.')];
  return checkLevel(place, className, propertiesOf(className), besides);
}

interface Property {
  readonly mapper: Mapper;
  /** Where it stands below the object, such as ['properties', 'osType']. */
  readonly path: readonly string[];
}

function propertiesOf(className: string): Property[] {
  const model = MAPPERS.get(className);
  return Object.values(model?.type.modelProperties ?? {}).map((mapper) => ({
    mapper,
    path: (mapper.serializedName ?? '').split('.'),
  }));
}

function checkLevel(
  place: Place,
  className: string,
  properties: readonly Property[],
  besides: readonly string[],
): Finding[] {
  const names = new Set(properties.map(({ path }) => path[0] ?? ''));
  return [
    ...place
      .all()
      .filter(({ key }) => !names.has(key) && !besides.includes(key))
      .map((field) => field.wrong(`a ${className} has no "${field.key}"${likeness(field.key, names)}.`)),
    ...[...names]
      .filter((name) => name !== '')
      .flatMap((name) => {
        const below = properties
          .filter(({ path }) => path[0] === name)
          .map(({ mapper, path }) => ({ mapper, path: path.slice(1) }));
        const [leaf] = below.filter(({ path }) => path.length === 0);
        if (leaf) return besides.includes(name) ? [] : checkValue(place.at(name), leaf.mapper, `${className}.${name}`);
        return checkLevel(place.at(name), className, below, []);
      }),
  ];
}

function likeness(key: string, names: ReadonlySet<string>): string {
  const alike = [...names].find((name) => name.toLowerCase().startsWith(key.toLowerCase().slice(0, 4)));
  return alike ? `: "${alike}"?` : '';
}

function checkValue(place: Place, mapper: Mapper, name: string): Finding[] {
  if (!place.has()) return mapper.required ? [place.wrong('it is required.')] : [];
  if (mapper.readOnly) return [place.wrong('Azure alone writes it.')];
  const { type } = mapper;
  if (type.name === 'Composite') return checkComposite(place, (mapper as CompositeMapper).type.className ?? '');
  if (type.name === 'Sequence' && 'element' in type) {
    const { element } = type;
    return Array.isArray(place.value)
      ? place.all().flatMap((item) => checkValue(item, element, name))
      : [place.wrong('give a list.')];
  }
  if (type.name === 'Dictionary' && 'value' in type) {
    const { value } = type;
    return place.all().flatMap((item) => checkValue(item, value, name));
  }
  const allowed = 'allowedValues' in type ? type.allowedValues : ENUMERATIONS[name];
  if (allowed)
    return allowed.includes(place.value) ? [] : [place.wrong(`"${place.value}" is none of ${allowed.join(', ')}.`)];
  return checkPrimitive(place, type.name);
}

function checkPrimitive(place: Place, type: string): Finding[] {
  const expected = { String: 'string', Number: 'number', Boolean: 'boolean' }[type];
  if (expected === undefined || typeof place.value === expected) return [];
  return [
    place.wrong(`it is a ${typeof place.value}: give a ${expected}${expected === 'string' ? ' in quotes' : ''}.`),
  ];
}
