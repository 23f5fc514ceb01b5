import type { Node, SecretNode } from '../azure/node.ts';
import type { ResourceId } from '../azure/resource-id.ts';
import { GatewayError } from '../errors.ts';
import type { Context } from './context.ts';
import type { SelectedField } from './lookahead.ts';
import { columnsOf } from './resource-selection.ts';

const MAX_IDS = 1000;
// What a secret's URL tells by itself.
export const IN_THE_URL = ['id', 'name', 'vault', '__typename'];

/** The things of these ids, in their order, each failing for itself; null for what does not exist or is not granted. Throws BAD_USER_INPUT before it asks. */
export function nodesOf(
  ids: readonly string[],
  context: Context,
  selected: readonly SelectedField[],
): readonly Promise<Node | null>[] {
  if (ids.length > MAX_IDS) throw badInput(`ids has ${ids.length} entries: give at most ${MAX_IDS}.`);
  const parsed = ids.map((id) => context.azure.parseNodeId(id));
  return parsed.map((each) => nodeOf(each, context, selected, { isAlone: ids.length === 1 }));
}

/** A secret by its URL, read as far as the selection needs more than that; null where it is gone or refused. */
export async function secretNode(
  reference: SecretNode,
  { azure, policy, caller }: Context,
  selected: readonly SelectedField[],
): Promise<Node | null> {
  const { vault, name, version } = reference;
  if (!policy.decide(caller, 'readSecretProperties', { type: 'Secret', vault, name }).allowed) return null;
  const ofSecret = selected.filter(({ on }) => on === 'Secret');
  if (ofSecret.every(({ name: field }) => IN_THE_URL.includes(field))) return reference;
  return azure.secrets.get({ vault, name, version, withValue: false }).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'FORBIDDEN') return null;
    throw error;
  });
}

async function nodeOf(
  each: ResourceId | SecretNode,
  context: Context,
  selected: readonly SelectedField[],
  { isAlone }: { readonly isAlone: boolean },
): Promise<Node | null> {
  if ('vault' in each) return secretNode(each, context, selected);
  const { azure, policy, caller } = context;
  const { id, kind, subscriptionId } = each;
  const scope = policy.scopeSet(caller);
  if (kind === 'resource') return azure.resources.get({ id, scope, columns: columnsOf(selected), isAlone });
  if (kind === 'group') return azure.resources.getGroup({ id, scope, isAlone });
  return scope.includesSubscription(subscriptionId) ? azure.subscriptions.get(subscriptionId) : null;
}

/** The GraphQL type of a record. */
export function nodeTypeOf(node: Node, resourceType: (armType: string) => string): string {
  if ('vault' in node) return 'Secret';
  if ('type' in node) return resourceType(node.type);
  return 'displayName' in node ? 'AzureSubscription' : 'ResourceGroup';
}

const badInput = (message: string): GatewayError => new GatewayError('BAD_USER_INPUT', message);
