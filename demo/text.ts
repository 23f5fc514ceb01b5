import type { Call } from '../emulator/azure.ts';
import type { LogLine } from './gateway.ts';

const QUERY = '{ resourceGroups { name location } secret(name: "SampleSecret") { name value } }';

/** What the demo says when all is up. */
export const welcome = (url: string): string => `
The gateway is up. It reads a local Azure, the tenant contoso, as it reads the real one:
over HTTPS, with the Azure SDKs and a token of its managed identity.

  GraphiQL  ${url}

  curl -s ${url} \\
    -H 'content-type: application/json' \\
    -d '${JSON.stringify({ query: QUERY })}'

Each query is shown below with what it cost. Ctrl-C stops everything.

`;

/** One line a query: how long it took, what it asked of Azure and what went wrong. */
export function operation({ ms, codes }: LogLine, calls: readonly Call[]): string {
  const counts = Map.groupBy(calls, ({ service }) => service);
  const cost = [...counts].map(([service, { length }]) => `${service} ${length}`).join(', ');
  const failed = Array.isArray(codes) && codes.length > 0 ? `  ${codes.join(', ')}` : '';
  return `  ${String(ms).padStart(5)} ms  ${cost || 'nothing asked of Azure'}${failed}\n`;
}
