import fc from 'fast-check';
import {
  type ASTNode,
  type DefinitionNode,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  Kind,
  parse,
  print,
  visit,
} from 'graphql';

export interface Asked {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const VARIABLES = '($n: Int, $words: [String!], $loud: Boolean = false, $yes: Boolean = true)';
const MAX_DEPTH = 4;

/** Queries of a schema: aliases, fragments of both kinds, arguments, repeats, and now and then a directive. */
export function documents(
  schema: GraphQLSchema,
  argumentsOf: Readonly<Record<string, readonly string[]>>,
  without: readonly string[] = [],
): fc.Arbitrary<Asked> {
  const query = schema.getQueryType() as GraphQLObjectType;
  const variables = fc.record(
    {
      n: fc.option(fc.nat(5)),
      words: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
      loud: fc.boolean(),
      yes: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const text = fc
    .tuple(selections(query, 0), fragments())
    .map(([body, shared]) => tidy(`query ${VARIABLES} ${body}\n${shared}`));
  return fc.record({ text, variables });

  function selections(type: GraphQLNamedOutputType, depth: number): fc.Arbitrary<string> {
    const one = fc.oneof(
      { weight: 6, arbitrary: field(type, depth) },
      { weight: 1, arbitrary: inline(type, depth) },
      { weight: 1, arbitrary: spread(type) },
    );
    return fc.array(one, { minLength: 1, maxLength: 5 }).map((all) => `{ ${all.join(' ')} }`);
  }

  function field(type: GraphQLNamedOutputType, depth: number): fc.Arbitrary<string> {
    const fields =
      'getFields' in type
        ? Object.values(type.getFields() as GraphQLObjectType['getFields'] extends () => infer F ? F : never)
        : [];
    const fit = fields
      .filter((each) => depth < MAX_DEPTH || isLeafType(getNamedType(each.type)))
      .filter(({ name }) => !without.includes(name))
      .filter((each) => argumentsOf[each.name] || !each.args.some(isRequiredArgument));
    if (fit.length === 0) return fc.constant('__typename');
    const named = fc.constantFrom(...fit).chain((each) => {
      const below = getNamedType(each.type);
      const optional = each.args.some(isRequiredArgument) ? [] : [''];
      const args = fc.constantFrom(...optional, ...(argumentsOf[each.name] ?? []));
      const body = isLeafType(below) ? fc.constant('') : selections(below, depth + 1);
      const alias = fc.constantFrom('', '', '', 'a: ', 'b: ');
      return fc
        .tuple(alias, args, directive(), body)
        .map(([as, given, told, whole]) => `${as}${each.name}${given}${told} ${whole}`);
    });
    return fc.oneof({ weight: 8, arbitrary: named }, { weight: 1, arbitrary: fc.constant('__typename') });
  }

  function inline(type: GraphQLNamedOutputType, depth: number): fc.Arbitrary<string> {
    return fc
      .constantFrom(...conditions(type))
      .chain((on) => selections(on, depth + 1).map((body) => `... on ${on.name} ${body}`));
  }

  function spread(type: GraphQLNamedOutputType): fc.Arbitrary<string> {
    return fc
      .constantFrom(...conditions(type))
      .map(({ name }) => (name === query.name ? '__typename' : `...Of${name}`));
  }

  function conditions(type: GraphQLNamedOutputType): readonly GraphQLNamedOutputType[] {
    if (isAbstractType(type)) return [type, ...schema.getPossibleTypes(type)];
    return isObjectType(type) ? [type, ...type.getInterfaces()] : [type];
  }

  // One a type, spread by any number of places; those that nobody spreads are left out.
  function fragments(): fc.Arbitrary<string> {
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => (isObjectType(type) || isAbstractType(type)) && !type.name.startsWith('__') && type !== query,
    );
    const bodies = types.map((type) =>
      fc
        .array(field(type as GraphQLObjectType, MAX_DEPTH), { minLength: 1, maxLength: 3 })
        .map((all) => `fragment Of${type.name} on ${type.name} { ${all.join(' ')} }`),
    );
    return fc.tuple(...bodies).map((all) => all.join('\n'));
  }
}

/** Without the fragments and variables that nothing uses: a valid document has none. */
function tidy(text: string): string {
  const { definitions } = parse(text);
  const fragments = new Map(
    definitions.flatMap((each) => ('name' in each && each.name ? [[each.name.value, each]] : [])),
  );
  const reached = new Set<DefinitionNode>();
  const reach = (definition: DefinitionNode | undefined): void => {
    if (!definition || reached.has(definition)) return;
    reached.add(definition);
    for (const name of namesIn(definition, Kind.FRAGMENT_SPREAD)) reach(fragments.get(name));
  };
  for (const each of definitions) if (each.kind === Kind.OPERATION_DEFINITION) reach(each);
  const variables = new Set([...reached].flatMap((each) => [...namesIn(each, Kind.VARIABLE)]));
  const used = [...reached].map((each) =>
    each.kind === Kind.OPERATION_DEFINITION
      ? {
          ...each,
          variableDefinitions: each.variableDefinitions?.filter(({ variable }) => variables.has(variable.name.value)),
        }
      : each,
  );
  return used.map((each) => print(each as ASTNode)).join('\n');
}

function namesIn(document: DefinitionNode, kind: Kind.FRAGMENT_SPREAD | Kind.VARIABLE): Set<string> {
  const names = new Set<string>();
  visit(document, {
    enter(node) {
      // A variable's definition names it, and does not use it.
      if (node.kind === Kind.VARIABLE_DEFINITION) return false;
      if (node.kind === kind) names.add(node.name.value);
      return undefined;
    },
  });
  return names;
}

const directive = (): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 60, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom(' @include(if: $yes)', ' @skip(if: $loud)', ' @include(if: false)') },
  );
