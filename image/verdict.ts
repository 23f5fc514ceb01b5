/** What a scan says; `skipped` is not a good one. */
export interface Verdict {
  readonly state: 'found' | 'none' | 'skipped';
  readonly told: string;
}

interface Audit {
  readonly message?: string;
  readonly vulnerabilities?: Readonly<Record<string, { severity?: string; range?: string; fixAvailable?: unknown }>>;
  readonly metadata?: { readonly vulnerabilities?: { readonly total?: number } };
}

/** The verdict of what `npm audit --json` printed. Whatever is not a report of vulnerabilities, none included, is a skipped scan. */
export function verdictOf(printed: string): Verdict {
  const audit = parsed<Audit>(printed) ?? {};
  const total = audit.metadata?.vulnerabilities?.total;
  if (typeof total !== 'number' || audit.vulnerabilities === undefined) {
    const why = audit.message ?? 'npm audit gave no report';
    return { state: 'skipped', told: `SKIPPED: nobody has looked for vulnerabilities: ${why.split(' - ')[0]}.` };
  }
  const found = Object.entries(audit.vulnerabilities).map(
    ([name, { severity = 'unrated', range = '*', fixAvailable }]) =>
      `${name} ${range} (${severity}${fixAvailable ? ', a fix is there' : ''})`,
  );
  if (total === 0 && found.length === 0) return { state: 'none', told: 'no known vulnerability' };
  return { state: 'found', told: `VULNERABLE: ${found.join(', ')}` };
}

/** 0: all were looked at and nothing was found; 1: something was; 3: some scan was skipped, and that was not allowed beforehand. */
export function exitCodeOf(
  verdicts: readonly Verdict[],
  { isSkippingAllowed }: { isSkippingAllowed: boolean },
): number {
  const has = (state: Verdict['state']) => verdicts.some((verdict) => verdict.state === state);
  if (has('found')) return 1;
  return has('skipped') && !isSkippingAllowed ? 3 : 0;
}

/** How a running Node stands to the newest release of its line, as `npm view node@24 version --json` has them. */
export function freshness(running: string, printed: string): string {
  // Where it refuses, npm prints an object with the error.
  const releases = [parsed<unknown>(printed)].flat().filter(isVersion);
  const newest = releases.toSorted(byVersion).at(-1);
  if (newest === undefined) return `${running}; SKIPPED: the registry does not say which is the newest`;
  return `v${newest}` === running ? `${running}, the newest of its line` : `${running} is OLD: ${newest} is out`;
}

/** Locked packages whose authors had withdrawn them. */
export function deprecatedIn(locked: Readonly<Record<string, object>>): string[] {
  return Object.entries(locked).flatMap(([folder, entry]) =>
    'deprecated' in entry ? [folder.split('node_modules/').at(-1) ?? ''] : [],
  );
}

const isVersion = (value: unknown): value is string => typeof value === 'string' && /^\d+\.\d+\.\d+$/.test(value);

function byVersion(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split('.').map(Number));
  const nth = [0, 1, 2].find((index) => a?.[index] !== b?.[index]) ?? 0;
  return (a?.[nth] ?? 0) - (b?.[nth] ?? 0);
}

function parsed<Value>(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
