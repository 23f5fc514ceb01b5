import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createDecider } from '../policy/decide.ts';
import { type Decision, PolicyError, type PolicySet, readPolicySet } from '../policy.ts';
import { createLog } from '../telemetry.ts';
import { type Case, MalformedError, readCases } from './policy-test/cases.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** Decides each case of the file as the gateway would, prints a line each and what failed; the exit code. */
export async function testPolicy(file: string, terminal: Terminal): Promise<number> {
  try {
    return await tested(file, terminal);
  } catch (error) {
    if (error instanceof MalformedError) {
      terminal.complain(`${file} is no file of cases:\n${error.complaints.map((each) => `- ${each}\n`).join('')}`);
      return EXIT.wrongUsage;
    }
    if (!(error instanceof PolicyError)) throw error;
    terminal.complain(`The access policy is not valid:\n${error.complaints.map((each) => `- ${each}\n`).join('')}`);
    return EXIT.failed;
  }
}

async function tested(file: string, { env, write }: Terminal): Promise<number> {
  const { policy: named, cases } = readCases(await textOf(file, `it cannot be read`));
  const policyFile = named ? resolve(dirname(file), named) : env.ACCESS_POLICY?.trim() || undefined;
  if (named && policyFile) await textOf(policyFile, `policy: no file can be read at ${policyFile}`);
  const set = await readPolicySet({ file: policyFile, defaultVault: env.KEYVAULT_VAULT_NAME?.trim() || undefined });
  const decider = createDecider(createLog('silent', { write() {} }));
  decider.takeUp(set);

  const results = cases.map((each) => ({ ...each, decision: decider.decide(each.caller, each.action, each.resource) }));
  const failures = results.filter(({ expect, decision }) => verdict(decision) !== expect);
  for (const result of results) write(failures.includes(result) ? failure(result, set) : `ok      ${result.name}\n`);
  const about = `${policyFile ?? 'the shipped default'}, version ${set.version}`;
  write(`\n${cases.length} ${cases.length === 1 ? 'case' : 'cases'}, ${failures.length} failed. Policy: ${about}.\n`);
  return failures.length === 0 ? EXIT.ok : EXIT.failed;
}

async function textOf(file: string, complaint: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new MalformedError([`${complaint} (${(error as NodeJS.ErrnoException).code}).`]);
  }
}

const verdict = ({ allowed }: Decision): Case['expect'] => (allowed ? 'allow' : 'deny');

/** What was decided instead, why, and where in the file that stands. */
function failure({ name, expect, decision }: Case & { readonly decision: Decision }, { policies }: PolicySet): string {
  const places = decision.policies.flatMap((id) => {
    const policy = policies.find((each) => each.id === id);
    return policy ? [`        "${id}" is on line ${policy.line}.\n`] : [];
  });
  const was = `FAILED  ${name}: expected ${expect}, decided ${verdict(decision)}\n`;
  return `${was}        ${decision.because}\n${places.join('')}`;
}
