import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getArgumentValues,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { isPlannable } from './plannable.ts';
import { type Shape, shapeOf } from './shape.ts';

/** One operation, as it is run: the same for all its requests. */
export interface Plan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly root: Selection;
}

/** What is selected of an object of one type, by response key in the order of the answer. */
export type Selection = readonly PlannedField[];

export interface PlannedField {
  readonly key: string;
  readonly on: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly shape: Shape;
  /** All that are merged in it, and the first. */
  readonly nodes: readonly FieldNode[];
  readonly node: FieldNode;
  /** Whether it is a scalar or an enum that its object has as a property. */
  readonly isProperty: boolean;
  /** Its arguments, where no variable is among them. */
  readonly fixedArguments: Record<string, unknown> | undefined;
  /** What is selected below it, once for each type that it was met with. */
  readonly below: Map<GraphQLObjectType, Selection>;
}

/** Undefined where there is none of that name, and for operations that are left to graphql-js. */
export function planOf(schema: GraphQLSchema, document: DocumentNode, name: string | undefined): Plan | undefined {
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  const named = name === undefined ? operations : operations.filter((each) => each.name?.value === name);
  const [operation, ...others] = named;
  const query = schema.getQueryType();
  if (!operation || others.length > 0 || operation.operation !== OperationTypeNode.QUERY || !query) return undefined;
  if (!isPlannable(schema, document)) return undefined;
  const definitions = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
  const fragments = Object.fromEntries(definitions.map((each) => [each.name.value, each]));
  return { schema, operation, fragments, root: selectionOf({ schema, fragments }, query, [operation.selectionSet]) };
}

/** What is selected below a field, of an object of this type. */
export function selectionBelow(plan: Plan, field: PlannedField, type: GraphQLObjectType): Selection {
  const known = field.below.get(type);
  if (known) return known;
  const sets = field.nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const selection = selectionOf(plan, type, sets);
  field.below.set(type, selection);
  return selection;
}

type Known = Pick<Plan, 'schema' | 'fragments'>;

/** https://spec.graphql.org/September2025/#CollectFields(), without directives. */
function selectionOf(
  { schema, fragments }: Known,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): Selection {
  const nodes = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const set of sets) collect(set);
  return [...nodes].flatMap(([key, same]) => plannedField(schema, type, key, same));

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const same = nodes.get(key);
        if (same) same.push(selection);
        else nodes.set(key, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (isFor(selection.typeCondition?.name.value)) collect(selection.selectionSet);
      } else {
        const fragment = fragments[selection.name.value];
        if (!fragment || visited.has(selection.name.value) || !isFor(fragment.typeCondition.name.value)) continue;
        visited.add(selection.name.value);
        collect(fragment.selectionSet);
      }
    }
  }

  function isFor(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const named = schema.getType(condition);
    return isAbstractType(named) && schema.isSubType(named, type);
  }
}

function plannedField(
  schema: GraphQLSchema,
  on: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): readonly PlannedField[] {
  const [node] = nodes;
  const definition = node && schema.getField(on, node.name.value);
  if (!definition) return [];
  const shape = shapeOf(definition.type);
  const isProperty = !definition.resolve && definition.args.length === 0 && shape.kind === 'leaf';
  const fixedArguments = fixedArgumentsOf(definition, node);
  return [{ key, on, definition, shape, nodes, node, isProperty, fixedArguments, below: new Map() }];
}

function fixedArgumentsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode) {
  if (node.arguments?.some(({ value }) => hasVariable(value))) return undefined;
  try {
    return getArgumentValues(definition, node);
  } catch {
    // Told by the run, at the field's place in the answer.
    return undefined;
  }
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}
