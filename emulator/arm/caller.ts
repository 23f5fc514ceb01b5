import { type Principal, type TokenProblem, verifyToken } from '../entra/tokens.ts';
import type { Context } from '../service.ts';
import { armError } from './answer.ts';

/** Who calls Azure Resource Manager; its 401 when the token does not say so beyond doubt. */
export async function armCaller(request: Request, context: Context): Promise<Principal | Response> {
  const { world, clock, cloud } = context;
  const authorization = request.headers.get('authorization');
  if (authorization === null) {
    return unauthorized(
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
      "The authentication failed because of missing 'Authorization' header.",
      context,
    );
  }
  const [scheme = '', token = ''] = authorization.split(' ');
  if (scheme.toLowerCase() !== 'bearer') return refused({ kind: 'unreadable' }, context);
  const caller = await verifyToken(token, { tenant: world.tenant, clock, audiences: cloud.armAudiences });
  return 'kind' in caller ? refused(caller, context) : caller;
}

function refused(problem: TokenProblem, context: Context): Response {
  const { code, message } = explain(problem, context);
  return unauthorized(code, message, message, context);
}

function explain(problem: TokenProblem, { world, clock, cloud }: Context): { code: string; message: string } {
  const { id } = world.tenant;
  switch (problem.kind) {
    case 'unreadable':
      return { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' };
    case 'expired':
      return {
        code: 'ExpiredAuthenticationToken',
        message: `The access token expiry UTC time '${americanTime(problem.expiredAt)}' is earlier than current UTC time '${americanTime(clock.now())}'.`,
      };
    case 'audience':
      return {
        code: 'InvalidAuthenticationTokenAudience',
        message: `The access token has been obtained for wrong audience or resource '${problem.audience}'. It should exactly match with one of the allowed audiences '${cloud.armAudiences.join("','")}'.`,
      };
    case 'issuer':
      return {
        code: 'InvalidAuthenticationTokenTenant',
        message: `The access token is from the wrong issuer '${problem.issuer}'. It must match the tenant 'https://sts.windows.net/${id}/' associated with this subscription. Please use the authority (URL) 'https://${cloud.challengeAuthority}/${id}' to get the token.`,
      };
  }
}

function unauthorized(code: string, message: string, description: string, { cloud, world }: Context): Response {
  const authorizationUri = `https://${cloud.challengeAuthority}/${world.tenant.id}`;
  return armError(401, code, message, {
    'www-authenticate': `Bearer authorization_uri="${authorizationUri}", error="invalid_token", error_description="${description}"`,
  });
}

// '11/22/2026 8:15:14 PM', as ARM writes times in its messages.
function americanTime(ms: number): string {
  return new Date(ms)
    .toLocaleString('en-US', { timeZone: 'UTC' })
    .replace(',', '')
    .replace(/\u202f/g, ' ');
}
