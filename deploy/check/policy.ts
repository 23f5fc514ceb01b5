import { checkPolicies, PolicyError } from '../../src/policy/check.ts';
import type { Finding } from './finding.ts';

/** The gateway's own check of a Cedar file. */
export function checkPolicyFile(file: string, text: string): Finding[] {
  try {
    checkPolicies(text);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.complaints.map((complaint) => {
      const { path = '', message = complaint } =
        /^ACCESS_POLICY, (?<path>line \d+, column \d+): (?<message>.*)$/s.exec(complaint)?.groups ?? {};
      return { file, path, message };
    });
  }
}
