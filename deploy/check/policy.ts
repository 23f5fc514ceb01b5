import { type CheckedPolicy, checkPolicies, PolicyError } from '../../src/policy/check.ts';
import { reachOf } from '../../src/policy/reach.ts';
import type { Finding } from './finding.ts';

/** The gateway's own check of a Cedar file, and whether anybody may read anything by it. */
export function checkPolicyFile(file: string, text: string): Finding[] {
  try {
    const policies = checkPolicies(text);
    return [...deniesAll(policies), ...tellsAll(policies)].map((message) => ({ file, path: '', message }));
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.complaints.map((complaint) => {
      const { path = '', message = complaint } =
        /^ACCESS_POLICY, (?<path>line \d+, column \d+): (?<message>.*)$/s.exec(complaint)?.groups ?? {};
      return { file, path, message };
    });
  }
}

function deniesAll(policies: readonly CheckedPolicy[]): string[] {
  if (!policies.some(({ json }) => json.effect === 'permit')) return ['no policy permits anything: nobody reads.'];
  const forbids = policies.filter(
    ({ json: { effect, principal, action, resource, conditions } }) =>
      effect === 'forbid' && [principal, action, resource].every(({ op }) => op === 'All') && conditions.length === 0,
  );
  return forbids.map(({ id }) => `"${id}" forbids everything to everybody, whatever others permit.`);
}

/** Callers without a token are callers too. */
function tellsAll(policies: readonly CheckedPolicy[]): string[] {
  return policies
    .filter(
      ({ json: { effect, principal, action, conditions } }) =>
        effect === 'permit' &&
        principal.op === 'All' &&
        conditions.length === 0 &&
        (action.op === 'All' || JSON.stringify(action).includes('"readSecretValue"')),
    )
    .map(({ id }) => `"${id}" lets everybody read values, without a token too: name a role, a group or a caller.`);
}

/** What a policy says of the vault that is meant where none is named; of a file that is not valid nothing. */
export function complaintAboutVault(text: string, vault: string): string | undefined {
  const reach = reachIn(text);
  if (!reach || reach.vaults.length === 0 || reach.actionsIn(vault.toLowerCase()).length > 0) return undefined;
  return `the access policy grants nothing of this vault, but of ${reach.vaults.join(', ')}: callers who name no vault read nothing.`;
}

function reachIn(text: string): ReturnType<typeof reachOf> | undefined {
  try {
    return reachOf(checkPolicies(text));
  } catch {
    return undefined;
  }
}
