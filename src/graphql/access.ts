import { getDirective } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { Resource as AzureResource } from '../azure/resource.ts';
import type { ResourceGroup } from '../azure/resource-group.ts';
import type { SecretProperties } from '../azure/secret.ts';
import type { MayReadProperties } from '../azure/secrets-expiring.ts';
import type { AzureSubscription } from '../azure/subscription.ts';
import type { GatewayError } from '../errors.ts';
import type { Action, Resource, Scope } from '../policy.ts';
import type { Context } from './context.ts';
import { denied, described, describedScopes } from './denial.ts';
import { withFields } from './fields.ts';
import { parseResource } from './resource-id.ts';

/**
 * The one place where a caller meets the access policy. A field's @access says which action it needs: it is decided before
 * the field's resolver, so that a denial costs nothing upstream; and of what the resolver gives, only those records are
 * answered that the policy grants. Throws where a field has the directive and nothing below says what it asks for.
 */
export function withAccess(schema: GraphQLSchema): GraphQLSchema {
  return withFields(schema, (field, name, type) => {
    const [access] = getDirective(schema, field, 'access') ?? [];
    if (!access) return {};
    const action: Action = access.action;
    const asks = asksOf(schema, type, name);
    if (!asks) throw new Error(`src/graphql/access.ts does not know what ${type}.${name} asks for.`);
    const description = `${field.description}\n\nNeeds \`${action}\`.`;
    return {
      description,
      resolve: guarded(action, asks, resourceOf(field.type), field.resolve ?? defaultFieldResolver),
    };
  });
}

/** Whether the caller may read this secret's value: asked before it is fetched, and again by the field that answers it. */
export function mayReadValue(asked: InVault & { name: string }, context: Context): boolean {
  return isGranted('readSecretValue', { type: 'Secret', ...context.azure.secrets.named(asked) }, context);
}

/** The subscriptions in which the caller may read a group of that name, or any: others are not even asked. */
export function mayReadGroupsOf(context: Context, name?: string): (subscriptionId: string) => boolean {
  const { policy, caller } = context;
  return (subscriptionId) =>
    name === undefined
      ? policy.couldAllow(caller, 'readEstate', { type: 'ResourceGroup', subscriptionId })
      : isGranted('readEstate', { type: 'ResourceGroup', subscriptionId, name }, context);
}

/** Of whose secrets the caller may read the properties: what holds them is no record, and counts them itself. */
export function mayReadProperties(context: Context): MayReadProperties {
  const action = 'readSecretProperties';
  return {
    denial: (vault) => denialOf(action, { any: { type: 'Secret', vault } }, context),
    of: (secret) => isGranted(action, secretOf(secret), context),
  };
}

/** What a field asks for: one thing by its name, or any member of a scope, or of any of several. */
export type Asked = { readonly one: Resource } | { readonly any: Scope } | { readonly anyOf: readonly Scope[] };

/** Anything that a policy could speak of. */
export const ANYTHING: readonly Scope[] = (['Subscription', 'ResourceGroup', 'Vault', 'Secret'] as const).map(
  (type) => ({ type }),
);

type Asks = (parent: never, args: never, context: Context) => Asked;

const ASKS: Readonly<Record<string, Asks>> = {
  'Query.budget': () => ({ anyOf: ANYTHING }),
  'Query.subscriptions': () => ({ any: { type: 'Subscription' } }),
  'Query.resourceGroups': (_root, { subscriptionId }: InSubscription, { azure }) => ({
    any: { type: 'ResourceGroup', ...azure.resourceGroups.scopeOf(subscriptionId) },
  }),
  'Query.resourceGroup': (_root, asked: InSubscription & { name: string }, { azure }) => {
    const { name, subscriptionId } = azure.resourceGroups.named(asked);
    if (subscriptionId === undefined) return { any: { type: 'ResourceGroup', name } };
    return { one: { type: 'ResourceGroup', name, subscriptionId } };
  },
  'AzureSubscription.resourceGroups': ({ subscriptionId }: AzureSubscription) => ({
    any: { type: 'ResourceGroup', subscriptionId },
  }),
  'ResourceGroup.subscription': ({ subscriptionId }: ResourceGroup) => ({
    one: { type: 'Subscription', subscriptionId },
  }),
  'Query.resources': (_root, { where }: { where?: { subscriptionIds?: readonly string[] | null } | null }) => ({
    anyOf: scopesOf(where?.subscriptionIds),
  }),
  'Query.resource': (_root, { id }: { id: string }) => ({ one: parseResource('readEstate', id) }),
  // A connection holds what is granted: where that is nothing it is empty, at no cost, and the other subscriptions are answered.
  'AzureSubscription.resources': ({ subscriptionId }: AzureSubscription) => ({
    one: { type: 'Subscription', subscriptionId },
  }),
  'ResourceGroup.resources': ({ subscriptionId, name }: ResourceGroup) => ({
    one: { type: 'ResourceGroup', subscriptionId, name },
  }),
  'Resource.subscription': ({ subscriptionId }: AzureResource) => ({ one: { type: 'Subscription', subscriptionId } }),
  'Resource.resourceGroup': (resource: AzureResource) => ({ one: groupOf(resource) }),
  'Resource.related': (resource: AzureResource) => ({ one: groupOf(resource) }),
  'KeyVault.secrets': ({ name }: AzureResource) => ({ any: { type: 'Secret', vault: name } }),
  'Query.secret': (_root, asked: InVault & { name: string }, { azure }) => ({
    one: { type: 'Secret', ...azure.secrets.named(asked) },
  }),
  'Query.secrets': (_root, { vault }: InVault, { azure }) => ({
    any: { type: 'Secret', vault: azure.secrets.vaultOf(vault) },
  }),
  'Query.secretsExpiring': (_root, asked: { vaults?: readonly string[] | null }, { azure }) => {
    const vaults = azure.secretsExpiring.vaultsOf(asked.vaults);
    return vaults ? { anyOf: vaults.map((vault) => ({ type: 'Secret', vault })) } : { any: { type: 'Secret' } };
  },
  'Secret.value': ({ vault, name }: SecretProperties) => ({ one: { type: 'Secret', vault, name } }),
  'Secret.versions': ({ vault, name }: SecretProperties) => ({ one: { type: 'Secret', vault, name } }),
};

/** As the type itself has it, else as one of its interfaces does. */
function asksOf(schema: GraphQLSchema, type: string, field: string): Asks | undefined {
  const object = schema.getType(type);
  const interfaces = isObjectType(object) ? object.getInterfaces().map(({ name }) => name) : [];
  return [type, ...interfaces].map((name) => ASKS[`${name}.${field}`]).find((asks) => asks !== undefined);
}

const scopesOf = (subscriptionIds: readonly string[] | null | undefined): readonly Scope[] =>
  subscriptionIds?.length
    ? subscriptionIds.map((subscriptionId) => ({ type: 'ResourceGroup', subscriptionId }))
    : [{ type: 'ResourceGroup' }];

interface InSubscription {
  readonly subscriptionId?: string | null | undefined;
}

interface InVault {
  readonly vault?: string | null | undefined;
}

/** The resource that a record of this type is; undefined for types that are no records of Azure. */
function resourceOf(type: GraphQLOutputType): ((record: never) => Resource) | undefined {
  return RECORDS[getNamedType(type).name];
}

const secretOf = ({ vault, name }: SecretProperties): Resource => ({ type: 'Secret', vault, name });

// A resource is decided as the group that it is in.
const groupOf = ({ subscriptionId, resourceGroup }: AzureResource): Resource => ({
  type: 'ResourceGroup',
  subscriptionId,
  name: resourceGroup,
});

const RECORDS: Readonly<Record<string, (record: never) => Resource>> = {
  AzureSubscription: ({ subscriptionId }: AzureSubscription) => ({ type: 'Subscription', subscriptionId }),
  Resource: groupOf,
  ResourceGroup: ({ subscriptionId, name }: ResourceGroup) => ({ type: 'ResourceGroup', subscriptionId, name }),
  Secret: secretOf,
  SecretProperties: secretOf,
};

function guarded(
  action: Action,
  asks: Asks,
  resource: ((record: never) => Resource) | undefined,
  resolve: GraphQLFieldResolver<unknown, Context>,
): GraphQLFieldResolver<unknown, Context> {
  const decided: typeof resolve = (parent, args, context, info) => {
    const denial = denialOf(action, asks(parent as never, args as never, context), context);
    if (denial) throw denial;
    const answer = resolve(parent, args, context, info);
    if (!resource) return answer;
    const granted = (record: unknown) => isGranted(action, resource(record as never), context);
    return answer instanceof Promise ? answer.then((value) => only(granted, value)) : only(granted, answer);
  };
  // Never throws: below a list the engine would then leave the promises of the items before alone, and a rejection that nobody hears
  // of ends the process.
  return (...of) => {
    try {
      return decided(...of);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/** Why the caller may not; undefined where it may. */
export function denialOf(action: Action, asked: Asked, context: Context): GatewayError | undefined {
  const { policy, caller, conditions } = context;
  if ('one' in asked) {
    // Exactly what `decide` says (test/scope-set.test.ts), at no cost: below a list it is asked of each. `decide` knows the reasons.
    if (action === 'readEstate' && isGranted(action, asked.one, context)) return undefined;
    const decision = policy.decide(caller, action, asked.one);
    return decision.allowed ? undefined : denied(action, described(asked.one), decision.because, caller);
  }
  const scopes = 'any' in asked ? [asked.any] : asked.anyOf;
  if (action === 'readEstate') conditions.scopes.push(scopes);
  if (scopes.some((scope) => policy.couldAllow(caller, action, scope))) return undefined;
  return denied(action, describedScopes(scopes), 'No policy grants it on any of them.', caller);
}

export function isGranted(action: Action, resource: Resource, { policy, caller }: Context): boolean {
  if (action !== 'readEstate') return policy.decide(caller, action, resource).allowed;
  // As `decide` would say of each, in a tenth of the time: lists hold hundreds.
  const scope = policy.scopeSet(caller);
  if (resource.type === 'Subscription') return scope.includesSubscription(resource.subscriptionId);
  return resource.type === 'ResourceGroup' && scope.includesGroup(resource.subscriptionId, resource.name);
}

// A record that is not granted is left out as if it did not exist.
function only(granted: (record: unknown) => boolean, answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.filter(granted);
  return answer == null || granted(answer) ? answer : null;
}
