import { GatewayError } from '../errors.ts';

const REFUSALS = {
  noCallers:
    'This gateway knows no callers, so it takes no token. Set CALLER_ISSUERS and CALLER_AUDIENCE, or send no Authorization header.',
  form: 'The Authorization header is not `Bearer <token>`. Send one access token, and nothing beside it.',
  tooLong: 'The Authorization header is longer than 16 kB. Ask for a token with fewer groups.',
  malformed: 'The token is not a signed JWT. Send the access token whole and unchanged.',
  algorithm: 'The token is not signed with an asymmetric key, so anybody could have made it. Get one from its issuer.',
  extension: 'The token asks for extensions or is of a type that this gateway does not know. Get a plain access token.',
  issuer: "The token's issuer is not one that this gateway trusts. Get one from an issuer in CALLER_ISSUERS.",
  graph: 'The token is for Microsoft Graph, which alone can check it. Ask for one with the scope of this gateway.',
  idToken: 'The token is an ID token: it tells its client who signed in. Ask for an access token for this gateway.',
  key: 'The token is signed with a key that its issuer does not publish. Get a new one.',
  signature: "The token's signature is not that of its issuer. Send the token unchanged, or get a new one.",
  expired: 'The token has expired. Get a new one.',
  early: "The token is not valid yet. Check the clocks of its issuer and of the gateway's host.",
  tenant: "The token's tenant is not that of its issuer. Get one from the tenant in CALLER_ISSUERS.",
} as const;

/** UNAUTHENTICATED, in words that hold nothing of the token. */
export const refused = (reason: keyof typeof REFUSALS): GatewayError =>
  new GatewayError('UNAUTHENTICATED', REFUSALS[reason]);

export const refusedAudience = (audiences: readonly string[]): GatewayError =>
  new GatewayError('UNAUTHENTICATED', `The token is for another audience. Ask for one for ${audiences.join(' or ')}.`);

/** `claim` is one of those that the gateway asks for, never a name that a token brings. */
export const refusedClaim = (claim: string): GatewayError =>
  new GatewayError('UNAUTHENTICATED', `The token has no usable \`${claim}\`. Get an access token that says it.`);
