import { InputError, readFault, readResource, readRoleAssignment, readSecret } from './admin-input.ts';
import type { Azure } from './azure.ts';
import { json } from './service.ts';
import { UnknownVaultError } from './world-changes.ts';

const ROUTES = [
  'GET /calls',
  'DELETE /calls',
  'POST /faults',
  'DELETE /faults',
  'GET /world',
  'POST /world/role-assignments',
  'DELETE /world/role-assignments/{id}',
  'POST /world/secrets',
  'POST /world/resources',
  'DELETE /world/resources/{id}',
];

/** The API with which a test or a person watches and bends the local Azure. */
export function admin(azure: Azure): (request: Request) => Promise<Response> {
  return async (request) => {
    // A web page can make a browser send requests here: under a name of its own, or with its origin.
    if (!isLoopback(new URL(request.url).hostname) || request.headers.has('origin')) {
      return problem(403, 'Only loopback names are answered, and no web pages.');
    }
    try {
      return await route(azure, request);
    } catch (error) {
      if (error instanceof UnknownVaultError) return problem(404, error.message);
      if (error instanceof InputError || error instanceof RangeError) return problem(400, error.message);
      if (error instanceof URIError) return problem(400, 'The path is not encoded correctly.');
      if (error instanceof SyntaxError) return problem(400, 'The body is not JSON.');
      throw error;
    }
  };
}

async function route(azure: Azure, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, id] = pathname.match(/^\/world\/role-assignments\/([^/]+)$/) ?? [];
  if (request.method === 'DELETE' && id !== undefined) {
    return azure.removeRole(id) ? noContent() : problem(404, `There is no role assignment '${id}'.`);
  }
  const [, resource] = decodeURI(pathname).match(/^\/world\/resources(\/subscriptions\/.+)$/i) ?? [];
  if (request.method === 'DELETE' && resource !== undefined) {
    return azure.deleteResource(resource) ? noContent() : problem(404, `There is no resource '${resource}'.`);
  }
  switch (`${request.method} ${pathname}`) {
    case 'GET /calls':
      return json(200, azure.calls);
    case 'DELETE /calls':
      azure.clearCalls();
      return noContent();
    case 'POST /faults': {
      const fault = readFault(await request.json());
      azure.addFault(fault);
      return json(201, fault);
    }
    case 'DELETE /faults':
      azure.clearFaults();
      return noContent();
    case 'GET /world':
      return json(200, azure.world);
    case 'POST /world/role-assignments':
      return json(201, azure.assignRole(readRoleAssignment(await request.json())));
    case 'POST /world/secrets':
      return json(201, azure.setSecret(readSecret(await request.json())));
    case 'POST /world/resources':
      return json(201, azure.putResource(readResource(await request.json())));
    default:
      return json(404, { error: { message: `There is no ${request.method} ${pathname}.`, routes: ROUTES } });
  }
}

function noContent(): Response {
  return new Response(null, { status: 204 });
}

function problem(status: number, message: string): Response {
  return json(status, { error: { message } });
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
