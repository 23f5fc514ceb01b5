import type { Clock } from './clock.ts';
import type { ServiceName } from './service.ts';

/** One call the local Azure has answered. */
export interface Call {
  readonly service: ServiceName;
  readonly method: string;
  readonly host: string;
  /** Without the query. */
  readonly path: string;
  /** 0 when the connection was destroyed or the client went away. */
  readonly status: number;
  readonly at: string;
}

export interface Ledger {
  /** Notes a call's arrival; the returned function completes it with its status. */
  arrive(service: ServiceName, method: string, url: URL): (status: number) => void;
  calls(): readonly Call[];
  clear(): void;
}

/** Keeps calls in order of arrival and shows those that are answered. */
export function createLedger(clock: Clock): Ledger {
  let entries: { call: Omit<Call, 'status'>; status: number | null }[] = [];
  return {
    arrive(service, method, url) {
      const at = new Date(clock.now()).toISOString();
      const call = { service, method, host: url.host, path: url.pathname, at };
      const entry: (typeof entries)[number] = { call, status: null };
      entries.push(entry);
      return (status) => {
        entry.status = status;
      };
    },
    calls: () => entries.flatMap(({ call, status }) => (status === null ? [] : [ordered(call, status)])),
    clear() {
      entries = [];
    },
  };
}

function ordered({ at, ...call }: Omit<Call, 'status'>, status: number): Call {
  return { ...call, status, at };
}
