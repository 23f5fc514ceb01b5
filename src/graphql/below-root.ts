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
  /** What names, by its arguments, what this one is of or what that is in; undefined where only an answer tells. */
  readonly root: Root | undefined;
}

/** A field of the root, as far as it leads to what is below. */
export interface Root extends AskedField {
  /** What its answer is, by the fragments on the way: of what is of another type nothing below is asked. */
  readonly as: GraphQLNamedType;
  /** Whether it is that answer itself that is selected of. */
  readonly isItself: boolean;
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
  const seen = new Map<FieldNode | undefined, Set<string>>();
  let isWhateverVariables = true;
  if (query) walk(operation.selectionSet, query, undefined);
  return { asked, isWhateverVariables };

  function walk({ selections }: SelectionSetNode, type: GraphQLNamedType, root: Root | undefined): void {
    for (const selection of selections) {
      if (!isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) walkField(selection, type, root);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const { typeCondition, selectionSet } = selection;
        const on = (typeCondition && schema.getType(typeCondition.name.value)) ?? type;
        walk(selectionSet, on, narrowed(root, on));
      } else walkFragment(fragments.get(selection.name.value), root);
    }
  }

  function walkField(node: FieldNode, type: GraphQLNamedType, root: Root | undefined): void {
    const name = node.name.value;
    const of = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (!of) return;
    const field = { of, node };
    if (type !== query && names.has(name) && node.arguments?.length) asked.push({ field, on: type.name, root });
    if (node.selectionSet) walk(node.selectionSet, getNamedType(of.type), rootBelow(field, type, root));
  }

  function rootBelow(field: AskedField, type: GraphQLNamedType, root: Root | undefined): Root | undefined {
    if (type === query) return { ...field, as: getNamedType(field.of.type), isItself: true };
    return root && HOLDERS.has(field.of.name) ? { ...root, isItself: false } : undefined;
  }

  // Once for each way that leads there from the root, and once for all others.
  function walkFragment(fragment: FragmentDefinitionNode | undefined, from: Root | undefined): void {
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    if (!type) return;
    const root = narrowed(from, type);
    const done = seen.get(root?.node) ?? new Set();
    seen.set(root?.node, done);
    const key = `${fragment.name.value} ${root?.as.name} ${root?.isItself}`;
    if (done.has(key)) return;
    done.add(key);
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

const narrowed = (root: Root | undefined, as: GraphQLNamedType): Root | undefined =>
  root?.isItself && !isObjectType(root.as) ? { ...root, as } : root;
