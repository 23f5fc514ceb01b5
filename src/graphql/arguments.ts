import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  type VariableValues,
} from 'graphql';
import type { FacetAsked } from '../azure/resource-graph/facet.ts';
import { GatewayError } from '../errors.ts';
import { type AskedBelow, type AskedField, askedBelowRoot, type Root } from './below-root.ts';
import type { Context } from './context.ts';
import type {
  AzureSubscriptionResourceGroupsArgs,
  AzureSubscriptionResourcesArgs,
  GenericResourcePropertiesArgs,
  GenericResourceRelatedArgs,
  QueryNodesArgs,
  QueryResourceArgs,
  QueryResourceGroupArgs,
  RequireFields,
} from './generated.ts';
import type { Parameters } from './parameters.ts';
import { relatedGiven } from './resolvers/related.ts';
import { resourcesGiven } from './resolvers/resource.ts';

/**
 * Refuses an operation before its first call to Azure where an argument of a field below the root is none that the field takes; what is
 * wrong at the root its own fields say.
 */
export function createArgumentTest(schema: GraphQLSchema) {
  const known = new WeakMap<OperationDefinitionNode, readonly AskedBelow[]>();
  return (document: DocumentNode, { operationName, variables }: Parameters, context: Context) => {
    const operation = getOperationAST(document, operationName);
    if (!operation || known.get(operation)?.length === 0) return undefined;
    const { variableValues } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
    // Variables that are not as the operation declares them are refused when it is run.
    if (!variableValues) return undefined;
    for (const asked of known.get(operation) ?? found(document, operation, variableValues)) {
      const refusal = refusalOf(asked, variableValues, context);
      if (refusal) return refusal;
    }
    return undefined;
  };

  function found(document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues) {
    const { asked, isWhateverVariables } = askedBelowRoot(schema, { document, operation, variables, names: LOOKED_AT });
    if (isWhateverVariables) known.set(operation, asked);
    return asked;
  }
}

function refusalOf(
  { field, on, root }: AskedBelow,
  variables: VariableValues,
  context: Context,
): GraphQLError | undefined {
  const args = argumentsOf(field, variables);
  if (!args) return undefined;
  try {
    const ids = root && idsIn(root, variables, context);
    // Of what is of no such type, nothing is asked: a cursor that is there for what it may be is not for this.
    const given = ids?.length === 0 ? { ...args, after: null } : args;
    CHECKS[field.of.name]?.(context, given as never, { on, ids });
    return undefined;
  } catch (originalError) {
    return new GraphQLError('', { nodes: field.node, originalError: originalError as Error });
  }
}

interface Place {
  /** The type that the field is of. */
  readonly on: string;
  readonly ids: readonly string[] | undefined;
}

const CHECKS: Readonly<Record<string, (context: Context, args: never, place: Place) => void>> = {
  resources({ azure }, args: AzureSubscriptionResourcesArgs, { on, ids }) {
    azure.check.ofResources(resourcesGiven(args), on === 'ResourceGroup' ? 'group' : 'subscription', ids);
  },
  related: ({ azure }, args: RequireFields<GenericResourceRelatedArgs, 'direction'>, { ids }) =>
    azure.check.ofRelated(relatedGiven(args), ids),
  facets: ({ azure }, args: FacetAsked) => azure.check.ofFacet(args),
  resourceGroups: ({ azure }, { where }: AzureSubscriptionResourceGroupsArgs) => azure.check.ofGroups(where),
  properties: ({ azure }, { path }: GenericResourcePropertiesArgs) => azure.check.ofPath(path),
};

const LOOKED_AT: ReadonlySet<string> = new Set(Object.keys(CHECKS));

/** What the field of the root names by its arguments, of the type that is asked of; undefined where they are no names, which it says itself. */
function idsIn(root: Root, variables: VariableValues, { azure }: Context): readonly string[] | undefined {
  const args = argumentsOf(root, variables);
  try {
    const ids = args && IDS[root.of.name]?.(args as never, azure);
    return ids?.filter((id) => isOf(root.as.name, azure.parseNodeId(id)));
  } catch (error) {
    if (error instanceof GatewayError) return undefined;
    throw error;
  }
}

const IDS: Readonly<Record<string, (args: never, azure: Context['azure']) => readonly string[] | undefined>> = {
  resource: ({ id }: QueryResourceArgs) => [id],
  node: ({ id }: QueryResourceArgs) => [id],
  nodes: ({ ids }: QueryNodesArgs) => ids,
  resourceGroup(args: QueryResourceGroupArgs, { resourceGroups }) {
    const { name, subscriptionId } = resourceGroups.named(args);
    return subscriptionId === undefined ? undefined : [`/subscriptions/${subscriptionId}/resourceGroups/${name}`];
  },
};

/** Whether what an id names could be of a type; which one a resource is of, Azure tells. */
function isOf(type: string, id: ReturnType<Context['azure']['parseNodeId']>): boolean {
  const own = 'vault' in id ? 'Secret' : TYPES[id.kind];
  return type === 'Node' || (own === undefined ? !NO_RESOURCES.has(type) : type === own);
}

const TYPES: Readonly<Record<string, string>> = { subscription: 'AzureSubscription', group: 'ResourceGroup' };
const NO_RESOURCES: ReadonlySet<string> = new Set(['Secret', ...Object.values(TYPES)]);

/** Undefined where GraphQL will say what is wrong with them. */
function argumentsOf({ of, node }: AskedField, variables: VariableValues): object | undefined {
  try {
    return getArgumentValues(of, node, variables);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}
