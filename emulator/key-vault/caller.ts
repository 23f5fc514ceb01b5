import { issuerOf, type Principal, type TokenProblem, verifyToken } from '../entra/tokens.ts';
import type { Context } from '../service.ts';
import { vaultError } from './answer.ts';

/** Who calls the vault; the challenge that starts every conversation when the token does not say so. */
export async function vaultCaller(request: Request, context: Context): Promise<Principal | Response> {
  const { world, clock, cloud } = context;
  const [scheme = '', token = ''] = (request.headers.get('authorization') ?? '').split(' ');
  if (scheme.toLowerCase() !== 'bearer') {
    return challenge('AKV10000: Request is missing a Bearer or PoP token.', context);
  }
  const caller = await verifyToken(token, { tenant: world.tenant, clock, audiences: [cloud.vaultAudience] });
  return 'kind' in caller ? challenge(explain(caller, context), context) : caller;
}

function explain(problem: TokenProblem, { world, clock, cloud }: Context): string {
  const time = (ms: number) => new Date(ms).toISOString();
  switch (problem.kind) {
    case 'unreadable':
      return 'Error validating token: IDX10511: Signature validation failed.';
    case 'expired':
      return `Error validating token: IDX10223: Lifetime validation failed. The token is expired. ValidTo (UTC): '${time(problem.expiredAt)}', Current time (UTC): '${time(clock.now())}'.`;
    case 'audience':
      return `AKV10022: Invalid audience. Expected ${cloud.vaultAudience}, found: ${problem.audience}.`;
    case 'issuer':
      return `AKV10032: Invalid issuer. Expected one of ${issuerOf(world.tenant)}, found ${problem.issuer}.`;
  }
}

function challenge(message: string, { world, cloud }: Context): Response {
  const response = vaultError(401, 'Unauthorized', message);
  const authorization = `https://${cloud.challengeAuthority}/${world.tenant.id}`;
  // Clients split at the comma and the space after it: both must be there.
  response.headers.set(
    'www-authenticate',
    `Bearer authorization="${authorization}", resource="${cloud.vaultAudience}"`,
  );
  return response;
}
