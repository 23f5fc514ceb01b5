import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

// What is made of an answer until it is text, in bytes of the heap: measured, docs/decisions.md.
export const FIELD = 100;
export const OBJECT = 300;
// A thing that is waited for, or the error in its place.
const AWAITED = 5000;
const AWAITED_PAGE = 10_000;
// As text, beyond what any field is: of ARM's ids and of cursors, which hold one.
const ID = 250;
const CURSOR = 600;

type Fragments = Pick<GraphQLResolveInfo, 'schema' | 'fragments'>;
type Field = Fragments & Pick<GraphQLResolveInfo, 'fieldNodes' | 'returnType'>;

/** What each thing in a list takes with all below it, but for what stands in lists there. Costs what the document is long, once. */
export const weightInList = (field: Field, isAwaited: boolean): number =>
  (isAwaited ? AWAITED : OBJECT) +
  sumOf(field.fieldNodes, (node) => weightBelow(node, getNamedType(field.returnType), field));

/** The same of each thing on a page. */
export const weightOnPage = (field: Field): number =>
  sumOf(field.fieldNodes, ({ selectionSet }) => ofPage(selectionSet, getNamedType(field.returnType), field));

export const isPage = (type: GraphQLNamedType | undefined): boolean =>
  isObjectType(type) && 'pageInfo' in type.getFields();

/** Whether it holds the things on a page, and not what is said of them. */
export const isListOfPage = (type: GraphQLNamedType | undefined, field: string): boolean =>
  isPage(type) && (field === 'nodes' || field === 'edges');

const weightBelow = ({ selectionSet }: FieldNode, type: GraphQLNamedType, fragments: Fragments): number =>
  ofObject(selectionSet, type, fragments);

const ofObject = weigher((type, field, fragments) => {
  const definition = type.getFields()[field.name.value];
  const below = definition && getNamedType(definition.type);
  if (!isCompositeType(below)) return FIELD + textOf(definition);
  if (isListType(getNullableType(definition?.type))) return FIELD;
  return (
    FIELD +
    (definition?.resolve ? (isPage(below) ? AWAITED_PAGE : AWAITED) : OBJECT) +
    weightBelow(field, below, fragments)
  );
});

function textOf(field: GraphQLField<unknown, unknown> | undefined): number {
  if (field?.name === 'cursor') return CURSOR;
  return field && getNamedType(field.type).name === 'ID' ? ID : 0;
}

const ofPage = weigher((page, field, fragments) => {
  const definition = page.getFields()[field.name.value];
  if (!definition || !isListOfPage(page, definition.name)) return 0;
  return OBJECT + weightBelow(field, getNamedType(definition.type), fragments);
});

type Weigh = (set: SelectionSetNode | undefined, type: GraphQLNamedType, fragments: Fragments) => number;

/** Adds up fields through fragments, each of which is weighed once: a thing that may be of several types takes what the largest does. */
function weigher(ofField: (type: GraphQLObjectType, field: FieldNode, fragments: Fragments) => number): Weigh {
  const weights = new WeakMap<SelectionSetNode, Map<GraphQLNamedType, number>>();
  return weigh;

  function weigh(set: SelectionSetNode | undefined, type: GraphQLNamedType, fragments: Fragments): number {
    if (!set) return 0;
    const byType = weights.get(set) ?? new Map<GraphQLNamedType, number>();
    weights.set(set, byType);
    const weight = byType.get(type) ?? weighed(set, type, fragments);
    byType.set(type, weight);
    return weight;
  }

  function weighed(set: SelectionSetNode, type: GraphQLNamedType, fragments: Fragments): number {
    if (isObjectType(type)) return sumOf(set.selections, (selection) => ofSelection(selection, type, fragments));
    const types = isAbstractType(type) ? fragments.schema.getPossibleTypes(type) : [];
    return Math.max(0, ...types.map((each) => weigh(set, each, fragments)));
  }

  function ofSelection(selection: SelectionNode, type: GraphQLObjectType, fragments: Fragments): number {
    if (selection.kind === Kind.FIELD) return ofField(type, selection, fragments);
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.fragments[selection.name.value];
    const condition = fragment?.typeCondition?.name.value;
    const isMet = condition === undefined || isOf(type, fragments.schema.getType(condition), fragments);
    return isMet ? weigh(fragment?.selectionSet, type, fragments) : 0;
  }
}

const isOf = (type: GraphQLObjectType, condition: GraphQLNamedType | undefined, { schema }: Fragments): boolean =>
  type === condition || (isAbstractType(condition) && schema.isSubType(condition, type));

const sumOf = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((sum, each) => sum + of(each), 0);
