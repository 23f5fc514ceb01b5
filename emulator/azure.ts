import type { JWTPayload } from 'jose';
import { type Clock, systemClock } from './clock.ts';
import { contoso } from './contoso.ts';
import { createFederatedToken } from './entra/federation.ts';
import { createFaultScript, type Fault, faultAnswer } from './faults.ts';
import { type Call, createLedger } from './ledger.ts';
import { routeOf } from './route.ts';
import type { ImdsHost } from './service.ts';
import { createQuotas } from './throttle.ts';
import type { RoleAssignment, SecretVersion, World } from './world.ts';
import { assignRole, type NewRoleAssignment, type NewSecret, removeRole, setSecret } from './world-changes.ts';

export type { Clock } from './clock.ts';
export type { Fault } from './faults.ts';
export type { Call } from './ledger.ts';
export type { ImdsHost, ServiceName } from './service.ts';
export type { RoleAssignment, SecretVersion, World } from './world.ts';

export interface AzureOptions {
  /** Default: a fresh contoso. */
  readonly world?: World;
  readonly clock?: Clock;
  /** How many items ARM puts on a page when the client does not say. Default 100. */
  readonly pageSize?: number;
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
  /** The service account token of contoso's pod; `claims` bend it. */
  federatedToken(claims?: JWTPayload): Promise<string>;
  now(): number;
}

/** A local Azure, in process. */
export function createAzure(options: AzureOptions = {}): Azure {
  const { world = contoso(), clock = systemClock, pageSize = 100, imdsHost = 'container-instance' } = options;
  const ledger = createLedger(clock);
  const faults = createFaultScript();
  const context = { world, clock, quotas: createQuotas(clock), pageSize, imdsHost };

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
    if (fault.reset) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const instead = faultAnswer(fault);
    if (instead) return instead;
    const response = await answer();
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.headers.set(name, value);
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
    federatedToken: (claims) => createFederatedToken(podCredential(world), clock, claims),
    now: clock.now,
  };
}

function podCredential(world: World) {
  const [credential] = world.identities.flatMap((identity) => identity.federatedCredentials);
  if (!credential) throw new RangeError('No identity of this world has a federated credential.');
  return credential;
}
