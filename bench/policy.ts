import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../src/caller.ts';
import { loadPolicy } from '../src/policy.ts';
import { createLog } from '../src/telemetry.ts';

const DECISIONS = 2_000;
const VAULT = 'contoso-vault';

/** The cost of a decision: a new one, a remembered one, and whether a list could have any member. */
export async function policy(): Promise<void> {
  console.log(`\nA decision on a secret, mean of ${DECISIONS}, Node ${process.version}\n`);
  console.log(`${'policies'.padEnd(10)}${'new'.padStart(12)}${'remembered'.padStart(14)}${'could allow'.padStart(14)}`);
  for (const policies of [2, 10, 100]) await costOf(policies);
}

async function costOf(policies: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const file = join(folder, 'policy.cedar');
  writeFileSync(file, Array.from({ length: policies }, (_, nth) => teamPolicy(nth)).join('\n'));
  const loaded = await loadPolicy({ file }, createLog('silent', { write() {} }));
  const decide = (round: string, nth: number) =>
    loaded.decide(CALLER, 'readSecretValue', { type: 'Secret', vault: VAULT, name: `team-1-${round}-${nth}` });
  const couldAllow = () => loaded.couldAllow(CALLER, 'readSecretValue', { type: 'Secret', vault: VAULT });

  microseconds((nth) => decide('warm-up', nth));
  const cold = microseconds((nth) => decide('measured', nth));
  const warm = microseconds((nth) => decide('measured', nth));
  microseconds(couldAllow);
  const could = microseconds(couldAllow);
  console.log(`${String(policies).padEnd(10)}${cold.padStart(12)}${warm.padStart(14)}${could.padStart(14)}`);
  loaded.close();
  rmSync(folder, { recursive: true });
}

function teamPolicy(nth: number): string {
  return `@id("team-${nth}")
permit (
  principal in Role::"Team.${nth}",
  action in [Action::"readSecretProperties", Action::"readSecretValue"],
  resource in Vault::"${VAULT}"
) when { resource.name like "team-${nth}-*" };`;
}

function microseconds(run: (nth: number) => unknown): string {
  const startedAt = performance.now();
  for (let nth = 0; nth < DECISIONS; nth++) run(nth);
  return `${(((performance.now() - startedAt) / DECISIONS) * 1000).toFixed(1)} us`;
}

const ISSUER = 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0';
const CALLER: Caller = {
  ...{ id: `${ISSUER}|ada`, kind: 'USER', issuer: ISSUER, subject: 'ada' },
  ...{ roles: ['Team.1', 'Team.2'], groups: Array.from({ length: 10 }, (_, nth) => `group-${nth}`) },
};
