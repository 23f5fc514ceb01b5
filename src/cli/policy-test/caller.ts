import { callerOf, tenantOf } from '../../caller/claims.ts';
import { ANONYMOUS, type Caller, type CallerKind } from '../../caller.ts';
import { GatewayError } from '../../errors.ts';
import type { Reading } from './reading.ts';

const FIELDS = ['issuer', 'subject', 'kind', 'roles', 'groups'];
const KINDS: readonly CallerKind[] = ['USER', 'APPLICATION', 'SERVICE_ACCOUNT'];
const SERVICE_ACCOUNT = 'system:serviceaccount:';

/** The caller of a case, as the gateway would know it by a token that says the same. */
export function readCaller(caller: Reading): Caller | undefined {
  const { value } = caller;
  if (value === 'anonymous') return ANONYMOUS;
  if (typeof value !== 'object' || value === null) {
    return caller.complain(`give "anonymous", an object with ${FIELDS.join(', ')}, or one with the claims of a token.`);
  }
  return Object.hasOwn(value, 'claims') ? fromClaims(caller) : fromFields(caller);
}

function fromClaims(caller: Reading): Caller | undefined {
  const claims = caller.fields(['claims'])?.claims;
  if (!claims || typeof claims.value !== 'object' || claims.value === null) return claims?.complain('give an object.');
  const issuer: unknown = Reflect.get(claims.value, 'iss');
  if (typeof issuer !== 'string') return claims.complain('give its `iss`.');
  try {
    return callerOf(issuer, { ...claims.value });
  } catch (error) {
    if (error instanceof GatewayError) return claims.complain(error.message);
    throw error;
  }
}

function fromFields(caller: Reading): Caller | undefined {
  const fields = caller.fields(FIELDS);
  const [issuer, subject] = [fields?.issuer?.text(), fields?.subject?.text()];
  const [roles, groups] = [fields?.roles?.texts(), fields?.groups?.texts()];
  const usual = subject?.startsWith(SERVICE_ACCOUNT) ? 'SERVICE_ACCOUNT' : 'USER';
  const kind = fields?.kind?.value === undefined ? usual : fields.kind.oneOf(KINDS);
  if (!issuer || !subject || !roles || !groups || !kind) return undefined;
  if (roles.length + groups.length > 0 && !tenantOf(issuer)) {
    return caller.complain('roles and groups are believed of Entra alone, and this issuer is another.');
  }
  return { id: `${issuer}|${subject}`, kind, issuer, subject, roles, groups };
}
