import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';

export interface AskedField {
  readonly of: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
}

/** A field below the root that is given arguments. */
export interface AskedBelow {
  readonly field: AskedField;
  /** The type that it is of. */
  readonly on: string;
  /** The field of the root that names, by its arguments, what this one is of or what that is in; undefined where only an answer tells. */
  readonly root: AskedField | undefined;
}

interface Executed {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: VariableValues;
  /** Of the fields that are looked for. */
  readonly names: ReadonlySet<string>;
}

// Whatever holds a thing is named by the thing's own id.
const HOLDERS: ReadonlySet<string> = new Set(['subscription', 'resourceGroup']);

/** The fields of these names that are given arguments, as far as no directive leaves them out, and whether none could. */
export function askedBelowRoot(schema: GraphQLSchema, { document, operation, variables, names }: Executed) {
  const fragments = new Map(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  const query = schema.getQueryType();
  const asked: AskedBelow[] = [];
  const seen = new Map<AskedField | undefined, Set<FragmentDefinitionNode>>();
  let isWhateverVariables = true;
  if (query) walk(operation.selectionSet, query, undefined);
  return { asked, isWhateverVariables };

  function walk({ selections }: SelectionSetNode, type: GraphQLNamedType, root: AskedField | undefined): void {
    for (const selection of selections) {
      if (!isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) walkField(selection, type, root);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const { typeCondition, selectionSet } = selection;
        walk(selectionSet, (typeCondition && schema.getType(typeCondition.name.value)) ?? type, root);
      } else walkFragment(fragments.get(selection.name.value), root);
    }
  }

  function walkField(node: FieldNode, type: GraphQLNamedType, root: AskedField | undefined): void {
    const name = node.name.value;
    const of = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (!of) return;
    const field = { of, node };
    if (type !== query && names.has(name) && node.arguments?.length) asked.push({ field, on: type.name, root });
    const below = type === query ? field : root;
    const isNamed = type === query || HOLDERS.has(name);
    if (node.selectionSet) walk(node.selectionSet, getNamedType(of.type), isNamed ? below : undefined);
  }

  // Once for each field of the root that leads there, and once for all others.
  function walkFragment(fragment: FragmentDefinitionNode | undefined, root: AskedField | undefined): void {
    const done = seen.get(root) ?? new Set();
    seen.set(root, done);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    if (!type || done.has(fragment)) return;
    done.add(fragment);
    walk(fragment.selectionSet, type, root);
  }

  function isIncluded(node: { readonly directives?: readonly DirectiveNode[] | undefined }): boolean {
    if (!node.directives?.length) return true;
    isWhateverVariables = false;
    return (
      getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false
    );
  }
}
