import type { Clock } from './clock.ts';
import type { Cloud } from './hosts.ts';
import type { Quotas } from './throttle.ts';
import type { World } from './world.ts';

export type ServiceName = 'imds' | 'entra' | 'arm' | 'resource-graph' | 'key-vault';
export type ImdsHost = 'container-instance' | 'pod-identity' | 'virtual-machine';

/** What a service needs to answer one request. */
export interface Context {
  readonly url: URL;
  readonly world: World;
  readonly clock: Clock;
  readonly cloud: Cloud;
  readonly quotas: Quotas;
  readonly pageSize: number;
  readonly imdsHost: ImdsHost;
  readonly resourceGraphLagInMs: number;
}

export type Service = (request: Request, context: Context) => Promise<Response>;

/** A JSON answer with Azure's content type. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });
}
