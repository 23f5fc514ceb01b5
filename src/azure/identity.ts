/** Whom Azure takes the gateway for. Nothing of it is secret. */
export interface Identity {
  readonly objectId: string | undefined;
  /** The application or managed identity that the token was given to. */
  readonly clientId: string | undefined;
  readonly tenantId: string | undefined;
  /** As `az role assignment create --assignee-principal-type` takes it. */
  readonly principalType: 'ServicePrincipal' | 'User';
}

/**
 * What a token of the gateway's own says of its holder, unverified: it is Azure's to check. A token that cannot be read says
 * nothing. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
 */
export function identityIn(token: string): Identity {
  const { oid, appid, azp, tid, idtyp, scp } = claimsOf(token);
  return {
    objectId: text(oid),
    clientId: text(appid) ?? text(azp),
    tenantId: text(tid),
    principalType: idtyp !== 'app' && text(scp) ? 'User' : 'ServicePrincipal',
  };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
