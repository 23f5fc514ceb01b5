import { randomUUID } from 'node:crypto';
import type { Context } from '../service.ts';
import { json } from '../service.ts';

/** What Entra refuses, by its AADSTS number. */
export interface EntraError {
  readonly status: 400 | 401;
  readonly error: string;
  readonly number: number;
  readonly text: string;
}

/** Entra's error body, as the token endpoint sends it. */
export function entraError({ status, error, number, text }: EntraError, { url, clock }: Context): Response {
  const timestamp = entraTime(clock.now());
  const traceId = randomUUID();
  const correlationId = url.searchParams.get('client-request-id') ?? randomUUID();
  return json(status, {
    error,
    error_description: `AADSTS${number}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://${url.host}/error?code=${number}`,
  });
}

export function unknownTenant(tenant: string): EntraError {
  const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`;
  return { status: 400, error: 'invalid_request', number: 90002, text };
}

export function unknownClient(clientId: string, tenant: string): EntraError {
  const text = `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`;
  return { status: 400, error: 'unauthorized_client', number: 700016, text };
}

export function unknownResource(resource: string, tenant: string): EntraError {
  const text = `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`;
  return { status: 400, error: 'invalid_resource', number: 500011, text };
}

export function wrongSecret(clientId: string): EntraError {
  const text = `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`;
  return { status: 401, error: 'invalid_client', number: 7000215, text };
}

export function missingParameter(name: string): EntraError {
  const text = `The request body must contain the following parameter: '${name}'.`;
  return { status: 400, error: 'invalid_request', number: 900144, text };
}

export function unsupportedGrant(grant: string): EntraError {
  const text = `The app requested an unsupported grant type '${grant}'.`;
  return { status: 400, error: 'unsupported_grant_type', number: 70003, text };
}

export function missingCredential(): EntraError {
  const text = `The request body must contain the following parameter: 'client_assertion' or 'client_secret'.`;
  return { status: 401, error: 'invalid_client', number: 7000218, text };
}

/** `2026-11-22 20:15:14Z`. */
export function entraTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
