import type { Node } from '../azure/node.ts';
import type { ResourceId } from '../azure/resource-id.ts';
import type { SecretReference } from '../azure/secret-reference.ts';
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

/** Whether the caller may know of a secret. */
export const maySeeSecret =
  ({ policy, caller }: Context) =>
  ({ vault, name }: SecretReference): boolean =>
    policy.decide(caller, 'readSecretProperties', { type: 'Secret', vault, name }).allowed;

/** Whether more of a secret is selected than its URL tells. */
export const readsSecrets = (selected: readonly SelectedField[]): boolean =>
  selected.some(({ on, name }) => on === 'Secret' && !IN_THE_URL.includes(name));

async function nodeOf(
  each: ResourceId | SecretReference,
  context: Context,
  selected: readonly SelectedField[],
  { isAlone }: { readonly isAlone: boolean },
): Promise<Node | null> {
  if ('vault' in each) return secretOf(each, context, selected);
  const { azure, policy, caller } = context;
  const { id, kind, subscriptionId } = each;
  const scope = policy.scopeSet(caller);
  if (kind === 'resource') return azure.resources.get({ id, scope, columns: columnsOf(selected), isAlone });
  if (kind === 'group') return azure.resources.getGroup({ id, scope, isAlone });
  return scope.includesSubscription(subscriptionId) ? azure.subscriptions.get(subscriptionId) : null;
}

/** Read as far as the selection needs more than its URL; null where it is gone or refused. */
async function secretOf(
  reference: SecretReference,
  context: Context,
  selected: readonly SelectedField[],
): Promise<Node | null> {
  if (!maySeeSecret(context)(reference)) return null;
  if (!readsSecrets(selected)) return reference;
  return context.azure.secrets.at(reference).catch((error: unknown) => {
    if (error instanceof GatewayError && error.code === 'FORBIDDEN') return null;
    throw error;
  });
}

/** The GraphQL type of a record. */
export function nodeTypeOf(node: Node, resourceType: (armType: string) => string): string {
  if ('vault' in node) return 'Secret';
  if ('type' in node) return resourceType(node.type);
  return 'displayName' in node ? 'AzureSubscription' : 'ResourceGroup';
}

const badInput = (message: string): GatewayError => new GatewayError('BAD_USER_INPUT', message);
