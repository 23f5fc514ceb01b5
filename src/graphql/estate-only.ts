import { getDirective } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { isPlannable } from './execute/plannable.ts';

/**
 * Whether all that an operation can reach needs `readEstate` alone, by the contract: what no field of it could answer, whoever
 * asks and whatever Azure has, is anything of a secret, of the caller or of quotas. Where it cannot be told, it is not.
 */
export function createEstateTest(schema: GraphQLSchema) {
  const others = typesOfOtherRights(schema);
  const query = schema.getQueryType();

  return (document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): boolean => {
    // A directive may take away what a rule below looks for.
    if (!query || operation !== 'query' || !isPlannable(schema, document)) return false;
    const fragments = new Map(document.definitions.filter(isFragment).map((each) => [each.name.value, each]));
    const entered = new Set<string>();
    return isEstate(selectionSet, query);

    function isEstate(set: SelectionSetNode, type: GraphQLCompositeType): boolean {
      if (tellsWhatItLacks(type) && !selectsLack(set)) return false;
      return set.selections.every((selection) => {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          return isEstate(selection.selectionSet, conditioned(selection.typeCondition?.name.value) ?? type);
        }
        if (selection.kind === Kind.FRAGMENT_SPREAD) return isFragmentOfEstate(selection.name.value);
        if (selection.name.value === '__typename') return true;
        const fields = fieldsNamed(selection.name.value, type);
        return (
          fields.length > 0 &&
          fields.every((field) => isOfEstate(field, type) && isBelow(selection.selectionSet, field))
        );
      });
    }

    function isBelow(set: SelectionSetNode | undefined, { type }: GraphQLField<unknown, unknown>): boolean {
      const named = getNamedType(type);
      return set === undefined || (isCompositeType(named) && isEstate(set, named));
    }

    function isFragmentOfEstate(name: string): boolean {
      const fragment = fragments.get(name);
      const on = fragment && conditioned(fragment.typeCondition.name.value);
      if (!fragment || !on) return false;
      if (entered.has(name)) return true;
      entered.add(name);
      return isEstate(fragment.selectionSet, on);
    }
  };

  function isOfEstate(field: GraphQLField<unknown, unknown>, type: GraphQLCompositeType): boolean {
    const action = actionOf(schema, field);
    if (isOpen(schema, field) || (action ?? 'readEstate') !== 'readEstate') return false;
    // What begins a query and is not decided on decides for itself, by what it finds.
    if (type === query && action === undefined) return false;
    return (
      !objectsOf(schema, field).some((object) => others.has(object)) && getNamedType(field.type).name !== 'SecretText'
    );
  }

  /** The field of an interface, and of all that implement it: a right may be asked for by one of them alone. */
  function fieldsNamed(name: string, type: GraphQLCompositeType): readonly GraphQLField<unknown, unknown>[] {
    const types = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    return types.flatMap((each) => schema.getField(each, name) ?? []);
  }

  function conditioned(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

/** The types that a field answers which needs another right, or none. */
function typesOfOtherRights(schema: GraphQLSchema): ReadonlySet<GraphQLObjectType> {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()));
  const guarded = fields.filter(
    (field) => isOpen(schema, field) || (actionOf(schema, field) ?? 'readEstate') !== 'readEstate',
  );
  return new Set(guarded.flatMap((field) => objectsOf(schema, field)));
}

function objectsOf(schema: GraphQLSchema, { type }: GraphQLField<unknown, unknown>): readonly GraphQLObjectType[] {
  const named = getNamedType(type);
  if (isAbstractType(named)) return schema.getPossibleTypes(named);
  return isObjectType(named) ? [named] : [];
}

const actionOf = (schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): string | undefined =>
  getDirective(schema, field, 'access')?.[0]?.action;

const isOpen = (schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): boolean =>
  getDirective(schema, field, 'open') !== undefined;

const tellsWhatItLacks = (type: GraphQLCompositeType): boolean =>
  'getFields' in type && 'completeness' in type.getFields();

// Asked for in the same place: an answer that lacks something is told by the field itself.
const selectsLack = ({ selections }: SelectionSetNode): boolean =>
  selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === 'completeness');

const isFragment = (definition: { kind: string }): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;
