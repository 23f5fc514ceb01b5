import type { Call } from '../emulator/azure.ts';
import type { SignedIn } from './callers.ts';
import type { LogLine } from './gateway.ts';

const GROUPS = '{ resourceGroups { name location } }';
const SECRET = '{ secret(name: "SampleSecret") { name value } }';

/** What the demo says when all is up. The link's fragment signs Ada in; a browser sends no fragment to a server. */
export const welcome = (url: string, [ada, billing, auditor]: readonly SignedIn[]): string => `
The gateway is up. It reads a local Azure, the tenant contoso, as it reads the real one:
over HTTPS, with the Azure SDKs and a token of its managed identity.
Whoever asks it is checked as well. Three callers are signed in, for an hour:

${[ada, billing, auditor].map((caller) => caller && `  ${variable(caller)}='authorization: ${caller.authorization}'   # ${caller.may}`).join('\n')}

Paste those three lines, then:

${curl(url, 'ADA', GROUPS)}
${curl(url, 'BILLING_SERVICE', SECRET)}
${curl(url, 'AUDITOR', SECRET)}

GraphiQL, with Ada signed in:

  ${url}#${new URLSearchParams({ authorization: ada?.authorization ?? '' })}

Each query is shown below with what it cost. Ctrl-C stops everything.

`;

const variable = ({ name }: SignedIn): string => name.toUpperCase().replaceAll(' ', '_');

const curl = (url: string, caller: string, query: string): string =>
  `  curl -s ${url} -H "$${caller}" -H 'content-type: application/json' -d '${JSON.stringify({ query })}'; echo`;

/** One line an attempt to read a value, from the audit record. */
export function attempt({ name, vault, outcome, policies }: LogLine): string {
  const why = Array.isArray(policies) && policies.length > 0 ? `  by ${policies.join(', ')}` : '';
  return `           audit: ${name} of ${vault}: ${outcome}${why}\n`;
}

/** One line a query: how long it took, what it asked of Azure and what went wrong. */
export function operation({ ms, codes }: LogLine, calls: readonly Call[]): string {
  const counts = Map.groupBy(calls, ({ service }) => service);
  const cost = [...counts].map(([service, { length }]) => `${service} ${length}`).join(', ');
  const failed = Array.isArray(codes) && codes.length > 0 ? `  ${codes.join(', ')}` : '';
  return `  ${String(ms).padStart(5)} ms  ${cost || 'nothing asked of Azure'}${failed}\n`;
}
