import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caller } from '../src/caller.ts';
import { loadPolicy } from '../src/policy.ts';
import { createLog } from '../src/telemetry.ts';

const DECISIONS = 2_000;
const CALLERS = 100;
const VAULT = 'contoso-vault';

/** The cost of a decision: a new one, a remembered one, and whether a list could have any member. And of a scope set. */
export async function policy(): Promise<void> {
  console.log(`\nA decision on a secret, mean of ${DECISIONS}, Node ${process.version}\n`);
  console.log(`${'policies'.padEnd(10)}${'new'.padStart(12)}${'remembered'.padStart(14)}${'could allow'.padStart(14)}`);
  for (const policies of [2, 10, 100]) await costOf(policies);
  console.log(`\nA scope set of a caller who is in two of the policies' roles, mean of ${CALLERS}\n`);
  console.log(`${'policies'.padEnd(10)}${'groups each'.padStart(14)}${'new'.padStart(12)}${'remembered'.padStart(14)}`);
  for (const [policies, groups] of [
    [2, 2],
    [100, 2],
    [100, 1_000],
  ] as const)
    await costOfScopeSet(policies, groups);
}

async function costOf(policies: number): Promise<void> {
  const { loaded, close } = await load(Array.from({ length: policies }, (_, nth) => teamPolicy(nth)));
  const decide = (round: string, nth: number) =>
    loaded.decide(CALLER, 'readSecretValue', { type: 'Secret', vault: VAULT, name: `team-1-${round}-${nth}` });
  const couldAllow = () => loaded.couldAllow(CALLER, 'readSecretValue', { type: 'Secret', vault: VAULT });

  microseconds((nth) => decide('warm-up', nth));
  const cold = microseconds((nth) => decide('measured', nth));
  const warm = microseconds((nth) => decide('measured', nth));
  microseconds(couldAllow);
  const could = microseconds(couldAllow);
  console.log(`${String(policies).padEnd(10)}${cold.padStart(12)}${warm.padStart(14)}${could.padStart(14)}`);
  close();
}

async function costOfScopeSet(policies: number, groups: number): Promise<void> {
  const { loaded, close } = await load(Array.from({ length: policies }, (_, nth) => estatePolicy(nth, groups)));
  const scopeSets = (round: string) => {
    const callers = Array.from({ length: CALLERS }, (_, nth) => ({ ...CALLER, id: `${CALLER.id}-${round}-${nth}` }));
    return (nth: number) => loaded.scopeSet(callers[nth] ?? CALLER);
  };

  microseconds(scopeSets('warm-up'), CALLERS);
  const measured = scopeSets('measured');
  const [cold, warm] = [microseconds(measured, CALLERS), microseconds(measured, CALLERS)];
  console.log(`${String(policies).padEnd(10)}${String(groups).padStart(14)}${cold.padStart(12)}${warm.padStart(14)}`);
  close();
}

async function load(policies: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const file = join(folder, 'policy.cedar');
  writeFileSync(file, policies.join('\n'));
  const loaded = await loadPolicy({ file }, createLog('silent', { write() {} }));
  const close = () => {
    loaded.close();
    rmSync(folder, { recursive: true });
  };
  return { loaded, close };
}

function teamPolicy(nth: number): string {
  return `@id("team-${nth}")
permit (
  principal in Role::"Team.${nth}",
  action in [Action::"readSecretProperties", Action::"readSecretValue"],
  resource in Vault::"${VAULT}"
) when { resource.name like "team-${nth}-*" };`;
}

function estatePolicy(nth: number, groups: number): string {
  const named = Array.from(
    { length: groups },
    (_, group) => `ResourceGroup::"00000000-0000-0000-0000-${String(nth).padStart(12, '0')}/rg-${group}"`,
  );
  return `@id("team-${nth}")
permit (principal in Role::"Team.${nth}", action == Action::"readEstate", resource)
when { resource in [${named.join(', ')}] };`;
}

function microseconds(run: (nth: number) => unknown, times = DECISIONS): string {
  const startedAt = performance.now();
  for (let nth = 0; nth < times; nth++) run(nth);
  return `${(((performance.now() - startedAt) / times) * 1000).toFixed(1)} us`;
}

const ISSUER = 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0';
const CALLER: Caller = {
  ...{ id: `${ISSUER}|ada`, kind: 'USER', issuer: ISSUER, subject: 'ada' },
  ...{ roles: ['Team.1', 'Team.2'], groups: Array.from({ length: 10 }, (_, nth) => `group-${nth}`) },
};
