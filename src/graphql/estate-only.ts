import { getDirective } from '@graphql-tools/utils';
import {
  BREAK,
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
  visit,
} from 'graphql';

/**
 * Whether all that an operation can reach needs `readEstate` alone, by the contract: what no field of it could answer, whoever
 * asks and whatever Azure has, is anything of a secret, of the caller or of quotas. Where it cannot be told, it is not.
 */
export function createEstateTest(schema: GraphQLSchema) {
  const others = typesOfOtherRights(schema);
  const query = schema.getQueryType();

  return (document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): boolean => {
    // A directive may take away what a rule below looks for.
    if (!query || operation !== 'query' || !isPlain(document)) return false;
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
    const right = rightFor(schema, field);
    // What begins a query and is not decided on decides for itself, by what it finds.
    if (right === 'other' || (type === query && right === undefined)) return false;
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

/** The types of which a field that needs another right gives anything, and those that lead to them without a further right. */
function typesOfOtherRights(schema: GraphQLSchema): ReadonlySet<GraphQLObjectType> {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  const fieldsOf = (type: GraphQLObjectType) => Object.values(type.getFields());
  // What decides on each thing by itself, such as `node`, needs no other right of a thing of the estate.
  const guarded = types
    .flatMap(fieldsOf)
    .filter(
      (field) => rightFor(schema, field) === 'other' && (isDecided(field) || isObjectType(getNamedType(field.type))),
    );
  const others = new Set(guarded.flatMap((field) => objectsOf(schema, field)));
  const leads = (type: GraphQLObjectType) =>
    fieldsOf(type).some(
      (field) => !rightFor(schema, field) && objectsOf(schema, field).some((each) => others.has(each)),
    );
  for (let size = -1; size < others.size; ) {
    size = others.size;
    for (const type of types) if (type !== schema.getQueryType() && leads(type)) others.add(type);
  }
  return others;
}

/** What the contract asks for a field; undefined: nothing of its own. */
function rightFor(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>): 'readEstate' | 'other' | undefined {
  const named = field.astNode?.directives?.map(({ name }) => name.value) ?? [];
  if (named.some((name) => name !== 'access' && name !== 'deprecated')) return 'other';
  const [access] = getDirective(schema, field, 'access') ?? [];
  if (!access) return undefined;
  return access.action === 'readEstate' ? 'readEstate' : 'other';
}

const isDecided = ({ astNode }: GraphQLField<unknown, unknown>): boolean =>
  astNode?.directives?.some(({ name }) => name.value === 'access') ?? false;

function objectsOf(schema: GraphQLSchema, { type }: GraphQLField<unknown, unknown>): readonly GraphQLObjectType[] {
  const named = getNamedType(type);
  if (isAbstractType(named)) return schema.getPossibleTypes(named);
  return isObjectType(named) ? [named] : [];
}

const tellsWhatItLacks = (type: GraphQLCompositeType): boolean =>
  'getFields' in type && 'completeness' in type.getFields();

// Asked for in the same place: an answer that lacks something is told by the field itself.
const selectsLack = ({ selections }: SelectionSetNode): boolean =>
  selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === 'completeness');

// A directive may leave out what the answer lacks; what is asked of the schema is no estate.
function isPlain(document: DocumentNode): boolean {
  let isPlain = true;
  const other = () => {
    isPlain = false;
    return BREAK;
  };
  visit(document, {
    Directive: other,
    Field: ({ name }) => (name.value === '__schema' || name.value === '__type' ? other() : undefined),
  });
  return isPlain;
}

const isFragment = (definition: { kind: string }): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;
