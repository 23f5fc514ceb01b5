/** What was found, a line each, printed when it is known. */
export interface Report {
  equal(what: string, found: string, wanted: string): void;
  /** Good without complaints. */
  none(what: string, complaints: readonly string[]): void;
  /** A measured number, and what it may be at most: over that the run fails, though the number depends on the machine. */
  figure(what: string, found: number, unit: string, most?: number, note?: string): void;
  fail(message: string): void;
  /** Runs it, and puts down how long it took. */
  timed<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
  /** Says again what is not as it should be; whether all is. */
  end(): boolean;
}

export function createReport(): Report {
  const row = (text: string) => process.stdout.write(`${text}\n`);
  const failures: string[] = [];
  const put = (isGood: boolean, what: string, found: string, wanted = '') => {
    row(`${isGood ? '  ' : '! '}${what.padEnd(38)} ${found}${wanted}`);
    if (!isGood) failures.push(`${what}: ${found}${wanted}`);
  };
  return {
    equal: (what, found, wanted) =>
      put(found === wanted, what, shown(found), found === wanted ? '' : `, not ${wanted}`),
    none: (what, complaints) => put(complaints.length === 0, what, complaints.join('; ') || 'nothing found'),
    figure(what, found, unit, most, note) {
      const number = `${found.toFixed(found < 100 ? 2 : 0)} ${unit}`.trim();
      const extra = note === undefined ? '' : `  ${note}`;
      put(
        most === undefined || found <= most,
        what,
        number.padStart(10),
        most === undefined ? extra : ` of ${most}${extra}`,
      );
    },
    fail: (message) => put(false, 'failed', message),
    async timed(what, work) {
      const startedAt = performance.now();
      const result = await work();
      put(true, what, `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(10));
      return result;
    },
    end() {
      for (const failure of failures) process.stderr.write(`image:verify: ${failure}\n`);
      return failures.length === 0;
    },
  };
}

const shown = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}...` : text);
