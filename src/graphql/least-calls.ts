import { collectFields, collectSubFields } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Context } from './context.ts';
import { limitExceeded } from './limits.ts';
import { IN_THE_URL } from './nodes.ts';
import type { Parameters } from './parameters.ts';
import { resourcesGiven } from './resolvers/resource.ts';
import { graphqlTypeOf } from './resource-types.ts';

const IDS_PER_CALL = 100;
const BY_ID = 'by id ';
// A resource that must be new: the API versions of its type, and itself.
const MOST_OF_A_FIELD = 2;

/** Refuses an operation before its first call to Azure where it is plain that it needs more than are allowed. */
export function createCostTest(schema: GraphQLSchema, maxUpstreamCalls: number) {
  const couldExceed = new WeakMap<DocumentNode, boolean>();
  return (document: DocumentNode, asked: Parameters, context: Context): GraphQLError | undefined => {
    const isPossible = couldExceed.get(document) ?? isLarge(document, maxUpstreamCalls);
    couldExceed.set(document, isPossible);
    const operation = isPossible && getOperationAST(document, asked.operationName);
    if (!operation) return undefined;
    const least = leastCalls({ schema, document, operation, inputs: asked.variables ?? {} }, context);
    if (least <= maxUpstreamCalls) return undefined;
    const message = `The operation needs at least ${least} calls to Azure, and ${maxUpstreamCalls} are allowed (MAX_UPSTREAM_CALLS).`;
    return limitExceeded(message);
  };
}

interface Executed {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A root field as it is selected: its arguments, and the names of what is selected in it if it is a secret. */
interface Selected {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: the contract's arguments, checked by GraphQL before
  readonly args: any;
  readonly ofSecret: () => readonly string[];
}

// Most documents have far fewer fields than calls are allowed, and no list of things to ask for. A fragment that is spread twice has no
// more fields for that: those of the same name are one.
function isLarge({ definitions }: DocumentNode, most: number): boolean {
  const fields = definitions.flatMap((each) => ('selectionSet' in each ? fieldsOnTop(each.selectionSet) : []));
  return (
    MOST_OF_A_FIELD * fields.length >= most ||
    fields.some((field) => LISTS.has(field.name.value) && field.arguments?.length)
  );
}

function fieldsOnTop(set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return selection;
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOnTop(selection.selectionSet) : [];
  });
}

// Those that may cost several calls each.
const LISTS: ReadonlySet<string> = new Set(['nodes', 'secretsExpiring']);

/** Of a process that knows nothing yet, for a caller who may read all; what only an answer tells is not counted. */
function leastCalls(executed: Executed, context: Context): number {
  const [byId, others] = partition(new Set(rootFields(executed).flatMap((field) => callsOf(field, context))));
  return others + Math.ceil(byId / IDS_PER_CALL);
}

/** How many are looked up together, by their ids, and how many by themselves. */
function partition(calls: ReadonlySet<string>): [byId: number, others: number] {
  const byId = [...calls].filter((call) => call.startsWith(BY_ID)).length;
  return [byId, calls.size - byId];
}

function rootFields({ schema, document, operation, inputs }: Executed): Selected[] {
  const query = schema.getQueryType();
  const secret = schema.getType('Secret');
  const values = getVariableValues(schema, operation.variableDefinitions ?? [], inputs);
  const { variableValues } = values;
  if (!query || !isObjectType(secret) || !variableValues) return [];
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  );
  const { fields } = collectFields(schema, fragments, variableValues, query, operation.selectionSet);
  return [...fields.values()].flatMap((nodes: FieldNode[]) => {
    const [node] = nodes;
    const field = node && query.getFields()[node.name.value];
    if (!field) return [];
    const ofSecret = () =>
      [...collectSubFields(schema, fragments, variableValues, secret, nodes).fields.values()].map(
        ([each]: FieldNode[]) => each?.name.value ?? '',
      );
    return [{ name: field.name, args: getArgumentValues(field, node, variableValues), ofSecret }];
  });
}

/** The calls that are made at least, each by a name: what has the same name is made once for all. */
function callsOf({ name, args, ofSecret }: Selected, { azure }: Context): readonly string[] {
  try {
    switch (name) {
      case 'secret':
        return [secretCall(azure.secrets.named(args))];
      case 'secrets':
        return [`secrets of ${azure.secrets.vaultOf(args.vault)}`];
      case 'secretsExpiring':
        return azure.secretsExpiring.vaultsOf(args.vaults)?.map((vault) => `secrets of ${vault}`) ?? ['subscriptions'];
      case 'resourceGroup':
        return [groupCall(azure.resourceGroups.named(args))];
      case 'resource':
      case 'node':
      case 'nodes':
        return callsOfNodes(args.ids ?? [args.id], ofSecret, { azure, isAtSource: args.maxAgeSeconds === 0 });
      case 'resources':
        return [`resources ${azure.resources.questionOf(resourcesGiven(args))}`];
      case 'resourceGroups':
        return [groupsCall(azure.resourceGroups.questionOf(args))];
      case 'subscriptions':
        return [name];
      default:
        return [];
    }
  } catch {
    // What is not a name is refused by the field itself.
    return [];
  }
}

function callsOfNodes(
  ids: readonly string[],
  ofSecret: () => readonly string[],
  { azure, isAtSource }: { readonly azure: Context['azure']; readonly isAtSource: boolean },
): string[] {
  const parsed = ids.map((id) => azure.parseNodeId(id));
  const isInTheUrl = ofSecret().every((field) => IN_THE_URL.includes(field));
  const isAlone = ids.length === 1;
  return parsed.flatMap((node) => {
    if ('vault' in node) return isInTheUrl ? [] : secretCall(node);
    if (node.kind !== 'resource') return [];
    return isAtSource && isAlone ? callsAtSource(node) : BY_ID + node.id.toLowerCase();
  });
}

/** One by itself that must be new is ARM's to tell, if there is such a type. */
function callsAtSource({ id, subscriptionId, type }: { id: string; subscriptionId: string; type: string }): string[] {
  const [namespace] = type.split('/');
  const isKnown = graphqlTypeOf(type.toLowerCase()) !== 'GenericResource';
  return [`provider ${subscriptionId}/${namespace}`, ...(isKnown ? [`resource ${id}`] : [])].map((call) =>
    call.toLowerCase(),
  );
}

// Without its value any version is in the list of all.
const secretCall = ({ vault, name }: { vault: string; name: string }): string =>
  `secret ${vault}/${name}`.toLowerCase();

const groupsCall = ({
  subscriptionId,
  filter = '',
}: {
  subscriptionId?: string;
  filter: string | undefined;
}): string => (subscriptionId === undefined ? 'subscriptions' : `groups ${subscriptionId}?${filter}`);

const groupCall = ({ name, subscriptionId }: { name: string; subscriptionId?: string }): string =>
  subscriptionId === undefined ? 'subscriptions' : `group ${subscriptionId}/${name}`.toLowerCase();
