import type { JWTPayload } from 'jose';
import { type Clock, systemClock } from './clock.ts';
import { contoso } from './contoso.ts';
import { createFederatedToken } from './entra/federation.ts';
import { brokenOff, connectionReset, createFaultScript, type Fault, faultAnswer } from './faults.ts';
import { type Call, createLedger } from './ledger.ts';
import { deleteResource, type NewResource, putResource } from './resource-changes.ts';
import { truncated } from './resource-graph/truncate.ts';
import { routeOf } from './route.ts';
import type { ImdsHost } from './service.ts';
import { createQuotas } from './throttle.ts';
import type { Resource, RoleAssignment, SecretVersion, World } from './world.ts';
import { assignRole, type NewRoleAssignment, type NewSecret, removeRole, setSecret } from './world-changes.ts';

export type { Clock } from './clock.ts';
export type { Fault } from './faults.ts';
export type { Call } from './ledger.ts';
export type { NewResource } from './resource-changes.ts';
export type { ImdsHost, ServiceName } from './service.ts';
export type { Bag, Json, Resource, ResourceChange, RoleAssignment, SecretVersion, World } from './world.ts';

export interface AzureOptions {
  /** Default: a fresh contoso. */
  readonly world?: World;
  readonly clock?: Clock;
  /** How many items ARM puts on a page when the client does not say. Default 100. */
  readonly pageSize?: number;
  /** How long a change of `putResource` or `deleteResource` stays unseen by Resource Graph. Default 0. */
  readonly resourceGraphLagInMs?: number;
  /** How many Resource Graph queries a principal may ask in five seconds. Default 15. */
  readonly resourceGraphQuota?: number;
  /** Whose dialect the identity endpoint speaks. Default `container-instance`. */
  readonly imdsHost?: ImdsHost;
}

/** A whole Azure in one object: Request in, Response out. */
export interface Azure {
  /** Answers as the host would. Rejects with code ENOTFOUND for a host that does not exist, ECONNRESET for a `reset` fault. */
  fetch(request: Request): Promise<Response>;
  /** The answered calls, in order of arrival. */
  readonly calls: readonly Call[];
  clearCalls(): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** Live: a change is seen by the next request. */
  readonly world: World;
  /** Throws a RangeError that lists the roles when there is none of that name. */
  assignRole(assignment: NewRoleAssignment): RoleAssignment;
  removeRole(id: string): boolean;
  /** Adds a version. Throws a RangeError for an unknown vault or a name Azure would refuse. */
  setSecret(secret: NewSecret): SecretVersion;
  /** Creates the resource or replaces it, and notes the change. Throws a RangeError for an id whose group does not exist. */
  putResource(resource: NewResource): Resource;
  /** False when there is no such resource. */
  deleteResource(id: string): boolean;
  /** The service account token of contoso's pod; `claims` bend it. */
  federatedToken(claims?: JWTPayload): Promise<string>;
  now(): number;
}

// The longest that timers take: 24 days.
const LONGEST_IN_MS = 2 ** 31 - 1;

/** A local Azure, in process. */
export function createAzure(options: AzureOptions = {}): Azure {
  const { world = contoso(), clock = systemClock, pageSize = 100, imdsHost = 'container-instance' } = options;
  const { resourceGraphLagInMs = 0, resourceGraphQuota } = options;
  const ledger = createLedger(clock);
  const faults = createFaultScript();
  const quotas = createQuotas(clock, resourceGraphQuota);
  const context = { world, clock, quotas, pageSize, imdsHost, resourceGraphLagInMs };

  async function fetch(request: Request): Promise<Response> {
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const route = routeOf(url, world);
    const record = ledger.arrive(route.service, request.method, url);
    try {
      const fault = faults.take(route.service, url);
      const answer = () => route.answer(request, { ...context, url, cloud: route.cloud });
      const response = fault ? await suffer(fault, request.signal, answer) : await answer();
      record(response.status);
      return response;
    } catch (error) {
      record(0);
      throw error;
    }
  }

  async function suffer(fault: Fault, signal: AbortSignal, answer: () => Promise<Response>): Promise<Response> {
    if (fault.delayInMs !== undefined) await clock.sleep(fault.delayInMs, signal);
    if (fault.hang) await clock.sleep(LONGEST_IN_MS, signal);
    if (fault.reset) throw connectionReset();
    const response = faultAnswer(fault) ?? (await bent(fault, answer));
    return fault.breaksOff ? brokenOff(response, fault.breaksOff, signal) : response;
  }

  async function bent({ truncateTo, headers }: Fault, answer: () => Promise<Response>): Promise<Response> {
    const whole = await answer();
    const response = truncateTo === undefined ? whole : await truncated(whole, truncateTo);
    for (const [name, value] of Object.entries(headers ?? {})) response.headers.set(name, value);
    return response;
  }

  return {
    fetch,
    get calls() {
      return ledger.calls();
    },
    clearCalls: ledger.clear,
    addFault: faults.add,
    clearFaults: faults.clear,
    world,
    assignRole: (assignment) => assignRole(world, assignment),
    removeRole: (id) => removeRole(world, id),
    setSecret: (secret) => setSecret(world, secret, clock),
    putResource: (resource) => putResource(world, resource, clock),
    deleteResource: (id) => deleteResource(world, id, clock),
    federatedToken: (claims) => createFederatedToken(podCredential(world), clock, claims),
    now: clock.now,
  };
}

function podCredential(world: World) {
  const [credential] = world.identities.flatMap((identity) => identity.federatedCredentials);
  if (!credential) throw new RangeError('No identity of this world has a federated credential.');
  return credential;
}
