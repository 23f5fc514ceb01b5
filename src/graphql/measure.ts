import {
  type DocumentNode,
  type ExecutableDefinitionNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type SelectionNode,
} from 'graphql';

/** How much an operation or a fragment asks for; what a fragment holds counts as often as it is spread. */
export interface Size {
  /** Levels of fields; introspection counts as one, however deep it goes: GraphQL has a rule of its own for that. */
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** `Secret.value` fields. */
  readonly secrets: number;
  readonly introspection: number;
  /** Fields side by side at the top. */
  readonly fields: number;
  /** The most fields side by side anywhere: GraphQL compares repeats with each other. */
  readonly widest: number;
}

/** The size of the document's largest operation or fragment, without expanding a fragment twice. Costs what the document is long. */
export function measure(schema: GraphQLSchema, document: DocumentNode): Size {
  const known = sizes.get(document);
  if (known) return known;
  const fragments = new Map(document.definitions.filter(isFragment).map((fragment) => [fragment.name.value, fragment]));
  const counted = new Map<ExecutableDefinitionNode, Size>();
  const size = document.definitions.filter(isExecutable).map(ofDefinition).reduce(larger, NOTHING);
  sizes.set(document, size);
  return size;

  function ofDefinition(definition: ExecutableDefinitionNode): Size {
    const known = counted.get(definition);
    if (known) return known;
    // A fragment that comes back to itself is refused by GraphQL's own rule: here it only must end.
    counted.set(definition, NOTHING);
    const { selectionSet, directives = [], variableDefinitions = [] } = definition;
    const ofVariables = variableDefinitions.flatMap((variable) => variable.directives ?? []);
    const below = ofSelections(selectionSet.selections, rootOf(definition));
    const size = plus(below, directives.length + ofVariables.length);
    counted.set(definition, size);
    return size;
  }

  function rootOf(definition: ExecutableDefinitionNode): GraphQLCompositeType | undefined {
    return definition.kind === Kind.FRAGMENT_DEFINITION
      ? conditioned(definition.typeCondition.name.value)
      : (schema.getRootType(definition.operation) ?? undefined);
  }

  function ofSelections(selections: readonly SelectionNode[], type: GraphQLCompositeType | undefined): Size {
    const size = selections
      .map((selection) => plus(ofSelection(selection, type), selection.directives?.length ?? 0))
      .reduce(together, NOTHING);
    return { ...size, widest: Math.max(size.widest, size.fields) };
  }

  function ofSelection(selection: SelectionNode, type: GraphQLCompositeType | undefined): Size {
    if (selection.kind === Kind.FIELD) {
      const { alias, selectionSet } = selection;
      const name = selection.name.value;
      const below = selectionSet ? ofSelections(selectionSet.selections, typeOf(schema, type, name)) : NOTHING;
      const isIntrospection = name === '__schema' || name === '__type';
      return {
        ...below,
        depth: below.depth + (type?.name.startsWith('__') ? 0 : 1),
        aliases: below.aliases + (alias ? 1 : 0),
        secrets: below.secrets + (type?.name === 'Secret' && name === 'value' ? 1 : 0),
        introspection: below.introspection + (isIntrospection ? 1 : 0),
        fields: 1,
      };
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return ofSelections(selection.selectionSet.selections, conditioned(selection.typeCondition?.name.value) ?? type);
    }
    const fragment = fragments.get(selection.name.value);
    return fragment ? ofDefinition(fragment) : NOTHING;
  }

  function conditioned(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

const sizes = new WeakMap<DocumentNode, Size>();
const NOTHING: Size = { depth: 0, aliases: 0, directives: 0, secrets: 0, introspection: 0, fields: 0, widest: 0 };

const isFragment = (definition: { kind: string }): definition is FragmentDefinitionNode =>
  definition.kind === Kind.FRAGMENT_DEFINITION;
const isExecutable = (definition: { kind: string }): definition is ExecutableDefinitionNode =>
  definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;

function typeOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType | undefined,
  field: string,
): GraphQLCompositeType | undefined {
  const type = parent && schema.getField(parent, field)?.type;
  const named = type && getNamedType(type);
  return isCompositeType(named) ? named : undefined;
}

const plus = (size: Size, directives: number): Size => ({ ...size, directives: size.directives + directives });

const together = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: a.aliases + b.aliases,
  directives: a.directives + b.directives,
  secrets: a.secrets + b.secrets,
  introspection: a.introspection + b.introspection,
  fields: a.fields + b.fields,
  widest: Math.max(a.widest, b.widest),
});

const larger = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  aliases: Math.max(a.aliases, b.aliases),
  directives: Math.max(a.directives, b.directives),
  secrets: Math.max(a.secrets, b.secrets),
  introspection: Math.max(a.introspection, b.introspection),
  fields: Math.max(a.fields, b.fields),
  widest: Math.max(a.widest, b.widest),
});
