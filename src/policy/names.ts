import type { PolicyJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { ResourceType } from './model.ts';
import { literalsOf } from './text.ts';

const IDS: Readonly<Record<ResourceType, { readonly shape: RegExp; readonly example: string }>> = {
  Subscription: { shape: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i, example: '<guid>' },
  ResourceGroup: { shape: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\/[^/]+$/i, example: '<guid>/<name>' },
  Vault: { shape: /^[^/]+$/, example: '<name>' },
  Secret: { shape: /^[^/]+\/[^/]+$/, example: '<vault>/<name>' },
};
const COMPARISONS = ['==', '!=', 'contains', 'containsAll', 'containsAny'];

/**
 * What is wrong with a policy's names of Azure's things, and where in its text. A name that Azure would accept and Cedar
 * never meets, such as `Vault::"Prod"`, makes a `forbid` that lets everything through.
 */
export function complaintsAboutNames(json: PolicyJson, text: string): { index: number; message: string }[] {
  const find = finder(text);
  return [
    ...entitiesIn(json).flatMap(({ type, id }) => {
      const message = isAzure(type) ? complaintAboutId(type, id) : undefined;
      return message ? [{ message, index: find(id, new RegExp(`\\b${type}\\s*::\\s*$`)) }] : [];
    }),
    ...nodesOf(json)
      .flatMap(comparedWithAzure)
      .flatMap((literal) => {
        const message = `"${literal}" is compared with a name of Azure's and has upper-case letters: write it in lower case.`;
        return hasUpperCase(literal) ? [{ message, index: find(literal, NO_ENTITY_OR_ANNOTATION) }] : [];
      }),
  ];
}

/** Every entity that a policy names, repeats included. */
export function entitiesIn(json: PolicyJson): TypeAndId[] {
  return entitiesAmong(nodesOf(json));
}

export function entitiesAmong(nodes: readonly object[]): TypeAndId[] {
  return nodes.flatMap((node) => {
    const [type, id] = [at(node, 'type'), at(node, 'id')];
    return typeof type === 'string' && typeof id === 'string' ? [{ type, id }] : [];
  });
}

function complaintAboutId(type: ResourceType, id: string): string | undefined {
  const { shape, example } = IDS[type];
  if (!shape.test(id)) return `${type}::"${id}" can match nothing: write ${type}::"${example}".`;
  if (hasUpperCase(id))
    return `${type}::"${id}" has upper-case letters: Azure's names have no case, write it in lower case.`;
  return undefined;
}

const hasUpperCase = (name: string): boolean => name !== name.toLowerCase();

/** Every object in Cedar's JSON for a policy, in the order of its text, without its annotations: https://docs.cedarpolicy.com/policies/json-format.html */
export function nodesOf({ principal, action, resource, conditions }: PolicyJson): object[] {
  return [principal, action, resource, conditions].flatMap(objectsIn);
}

export function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}

const isAzure = (type: unknown): type is ResourceType => typeof type === 'string' && Object.hasOwn(IDS, type);

/** The literals that this comparison, if it is one, holds against an attribute of the resource. */
function comparedWithAzure(node: object): string[] {
  const sides = COMPARISONS.flatMap((operator) => [at(node, operator, 'left'), at(node, operator, 'right')]);
  const flows = sides.map(flowOf);
  const isLike = flowOf(at(node, 'like', 'left')).isAzure;
  return [
    ...(flows.some(({ isAzure }) => isAzure) ? flows.flatMap(({ literals }) => literals) : []),
    ...(isLike ? [patternOf(at(node, 'like', 'pattern'))] : []),
  ];
}

interface Flow {
  /** Whether the resource, or something of it, may be in the value. */
  readonly isAzure: boolean;
  /** What may be in the value as it is written. A nested comparison yields a boolean, so nothing flows through it. */
  readonly literals: readonly string[];
}

function flowOf(node: unknown): Flow {
  const value = at(node, 'Value');
  if (typeof value === 'string') return { isAzure: false, literals: [value] };
  const isResource = at(node, 'Var') === 'resource' || isAzure(at(value, '__entity', 'type'));
  const branches = [at(node, 'if-then-else', 'then'), at(node, 'if-then-else', 'else')];
  const members = [at(node, 'Set'), at(node, 'Record')].flatMap((set) => Object.values(set ?? {}));
  const parts = [at(node, '.', 'left'), ...branches, ...members].filter((part) => part !== undefined).map(flowOf);
  return {
    isAzure: isResource || parts.some(({ isAzure }) => isAzure),
    literals: parts.flatMap(({ literals }) => literals),
  };
}

function patternOf(elements: unknown): string {
  const written = (element: unknown) =>
    element === 'Wildcard' ? '*' : String(at(element, 'Literal')).replace('*', '\\*');
  return Array.isArray(elements) ? elements.map(written).join('') : '';
}

export function at(node: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
      ? Reflect.get(inner, key)
      : undefined;
  }, node);
}

const NO_ENTITY_OR_ANNOTATION = /(?<!::\s*|@\w+\s*\(\s*)$/;

/** Finds each occurrence of a literal once, and the policy's begin for one that is written with escapes. */
function finder(text: string): (literal: string, before: RegExp) => number {
  const left = literalsOf(text);
  return (literal, before) => {
    const nth = left.findIndex((candidate) => candidate.written === literal && before.test(candidate.before));
    return left.splice(nth, nth < 0 ? 0 : 1)[0]?.index ?? 0;
  };
}
