import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { AuditEvent, AuditOutcome } from '../audit.ts';
import type { Secret } from '../azure/secret.ts';
import { GatewayError } from '../errors.ts';
import type { Decision } from '../policy.ts';
import type { Context } from './context.ts';
import { documentHash } from './document-hash.ts';
import { withFields } from './fields.ts';
import { selects } from './selection.ts';

/**
 * Puts every attempt to read a secret's value on record before it is answered, allowed or not. What cannot be recorded is not
 * answered: the value is then AUDIT_UNAVAILABLE. Goes around the access check, to see its denials.
 */
export function withAudit(schema: GraphQLSchema): GraphQLSchema {
  return withFields(schema, (field, name, type) =>
    type === 'Query' && name === 'secret' ? { resolve: audited(field.resolve ?? defaultFieldResolver) } : {},
  );
}

type SecretResolver = GraphQLFieldResolver<unknown, Context, SecretArguments, Promise<Secret | null>>;
interface SecretArguments {
  readonly name: string;
  readonly vault?: string | null;
  readonly version?: string | null;
}

function audited(resolve: GraphQLFieldResolver<unknown, Context>): SecretResolver {
  return async (root, args, context, info) => {
    const read = async () => (await resolve(root, args, context, info)) as Secret | null;
    if (!selects(info, 'value')) return read();
    // A name that is none is no attempt, and might itself be a secret in the wrong place.
    const attempt = attempted(args, context, info);
    let secret: Secret | null;
    try {
      secret = await read();
    } catch (error) {
      await context.audit.record({ ...attempt, outcome: attempt.allowed ? codeOf(error) : 'DENIED' });
      throw error;
    }
    return recorded(secret, attempt, context);
  };
}

async function recorded(secret: Secret | null, attempt: AuditEvent, { audit }: Context): Promise<Secret | null> {
  const outcome = outcomeOf(secret, attempt.allowed);
  try {
    const version = secret?.version ?? attempt.version;
    await audit.record({ ...attempt, version, outcome, upstreamRequestId: secret?.upstreamRequestId ?? null });
    return secret;
  } catch (error) {
    if (!secret || !(error instanceof GatewayError)) throw error;
    return { ...secret, value: error };
  }
}

function attempted(args: SecretArguments, context: Context, info: GraphQLResolveInfo): AuditEvent {
  const { caller, policy, azure, requestId } = context;
  const resource = { type: 'Secret', ...azure.secrets.named(args) } as const;
  const decisions = [
    policy.decide(caller, 'readSecretProperties', resource),
    policy.decide(caller, 'readSecretValue', resource),
  ];
  return {
    caller: { id: caller.id, kind: caller.kind },
    action: 'readSecretValue',
    ...{ vault: resource.vault, name: resource.name, version: args.version ?? null },
    allowed: decisions.every(({ allowed }) => allowed),
    policies: deciding(decisions),
    operationName: info.operation.name?.value ?? null,
    documentHash: documentHash(info.operation, Object.values(info.fragments)),
    requestId,
    upstreamRequestId: null,
    outcome: 'DENIED',
  };
}

// Of a denial, only what denied.
function deciding(decisions: readonly Decision[]): readonly string[] {
  const denied = decisions.filter(({ allowed }) => !allowed);
  return [...new Set((denied.length > 0 ? denied : decisions).flatMap(({ policies }) => policies))];
}

function outcomeOf(secret: Secret | null, allowed: boolean): AuditOutcome {
  if (!allowed) return 'DENIED';
  if (!secret) return 'ABSENT';
  if (secret.value instanceof GatewayError) return secret.value.code;
  return 'READ';
}

const codeOf = (error: unknown): AuditOutcome => (error instanceof GatewayError ? error.code : 'INTERNAL');
