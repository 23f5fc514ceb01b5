import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Caller } from '../../src/caller.ts';
import { loadPolicy, PolicyError } from '../../src/policy.ts';
import { createLog } from '../../src/telemetry.ts';

export const ISSUER = 'https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0';

export function caller(subject: string, rest: Partial<Caller> = {}): Caller {
  return { id: `${ISSUER}|${subject}`, kind: 'USER', issuer: ISSUER, subject, roles: [], groups: [], ...rest };
}

/** A policy from a file of its own, and what the log says meanwhile. */
export async function policyOf(t: TestContext, text: string) {
  const lines: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'gateway-policy-'));
  const file = join(folder, 'policy.cedar');
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(file, text);
  const policy = await loadPolicy({ file }, createLog('info', { write: (line) => void lines.push(line) }));
  t.after(() => policy.close());
  const events = () =>
    lines.map((line) => ({ ...JSON.parse(line), time: undefined })).map(({ time, ...event }) => event);
  return { policy, file, events };
}

/** The same, its file looked at only when the test says that time passes. */
export async function watched(t: TestContext, text: string) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  return policyOf(t, text);
}

/** What it is refused for, each with its place. */
export async function complaintsOf(t: TestContext, text: string): Promise<readonly string[]> {
  const refusal = await policyOf(t, text).catch((error) => error);
  assert.ok(refusal instanceof PolicyError, 'the policy was taken');
  return refusal.complaints.map((complaint) => complaint.replace('ACCESS_POLICY, ', ''));
}
