import { collectSubFields } from '@graphql-tools/utils';
import {
  type FieldNode,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isObjectType,
} from 'graphql';

/** A field that the query selects, of one of the types that its parent may be. */
export interface SelectedField {
  /** The type that it is a field of. */
  readonly on: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly nodes: readonly FieldNode[];
  readonly type: GraphQLNamedOutputType;
}

/** What is selected below the resolver's own field, along `path`: through fragments and aliases, after @skip and @include. */
export function selectedBelow(info: GraphQLResolveInfo, ...path: readonly string[]): readonly SelectedField[] {
  const byPath = knownOf(info);
  const [key, last] = [path.join('.'), path.at(-1)];
  const selected =
    byPath.get(key) ??
    (last === undefined
      ? fieldsOf(info, getNamedType(info.returnType), info.fieldNodes)
      : fieldsIn(info, selectedBelow(info, ...path.slice(0, -1)), last));
  byPath.set(key, selected);
  return selected;
}

type ByPath = Map<string, readonly SelectedField[]>;

/** The engine hands out one list of nodes for a field of a request, however many parents it has. */
function knownOf({ fieldNodes, variableValues }: GraphQLResolveInfo): ByPath {
  const known = KNOWN.get(fieldNodes);
  if (known?.variableValues === variableValues) return known.byPath;
  const byPath: ByPath = new Map();
  KNOWN.set(fieldNodes, { variableValues, byPath });
  return byPath;
}

const KNOWN = new WeakMap<readonly FieldNode[], { readonly variableValues: unknown; readonly byPath: ByPath }>();

/** What is selected in the fields of that name. */
const fieldsIn = (info: GraphQLResolveInfo, fields: readonly SelectedField[], name: string) =>
  fields.filter((field) => field.name === name).flatMap(({ type, nodes }) => fieldsOf(info, type, nodes));

function fieldsOf(
  info: GraphQLResolveInfo,
  type: GraphQLNamedOutputType,
  nodes: readonly FieldNode[],
): readonly SelectedField[] {
  return possibleTypes(info, type).flatMap((object) => {
    const { fields } = collectSubFields(info.schema, info.fragments, info.variableValues, object, [...nodes]);
    return [...fields.values()].flatMap((same) => selected(info, object, same));
  });
}

function selected(info: GraphQLResolveInfo, on: GraphQLObjectType, nodes: readonly FieldNode[]): SelectedField[] {
  const [node] = nodes;
  const field = node && on.getFields()[node.name.value];
  if (!field) return [];
  const args = getArgumentValues(field, node, info.variableValues);
  return [{ on: on.name, name: field.name, args, nodes, type: getNamedType(field.type) }];
}

function possibleTypes({ schema }: GraphQLResolveInfo, type: GraphQLNamedOutputType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}
