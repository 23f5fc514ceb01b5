import type { Config } from '../../config.ts';
import { type Reach, reachOf } from '../../policy/reach.ts';
import { type Action, PolicyError, readPolicySet } from '../../policy.ts';
import { failed, ok, type Row } from './row.ts';

const WHAT = 'access policy';
const SECRETS: readonly Action[] = ['readSecretProperties', 'readSecretValue'];
const FIX = 'Mend the file; docs/access-policy.md says what a policy may say.';

/** A row for the policy, or one for each complaint about it, and what it needs. Of an invalid one all is asked. */
export async function checkPolicy({ accessPolicyFile: file, vaultName: defaultVault }: Config): Promise<{
  readonly rows: readonly Row[];
  readonly reach: Reach;
}> {
  try {
    const { version, policies } = await readPolicySet({ file, defaultVault });
    const count = `${policies.length} ${policies.length === 1 ? 'policy' : 'policies'}`;
    return {
      reach: reachOf(policies),
      rows: [ok(WHAT, `${file ?? 'the shipped default'}, ${count}, version ${version}`)],
    };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return {
      reach: { estate: true, vaults: [], actionsIn: () => SECRETS },
      rows: error.complaints.map((complaint) => failed(WHAT, complaint, FIX)),
    };
  }
}
