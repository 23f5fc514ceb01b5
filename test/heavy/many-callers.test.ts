import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { World } from '../../emulator/azure.ts';
import { createSecret } from '../../emulator/contoso/vaults.ts';
import { contoso } from '../../emulator/contoso.ts';
import { textFile } from '../support/file.ts';
import { type Answer, codes, gatewayOver, type LogLine } from '../support/gateway.ts';

const CALLERS = 100;
const REQUESTS_OF_EACH = 100;
const AT_A_TIME = 200;

const name = (index: number) => `Service ${index}`;
const secret = (index: number) => `service-${index}-password`;

/** What a caller asks in turn, what it must hear, and how the attempt stands on record. */
const KINDS = [
  {
    query: (own: number) => `{ secret(name: "${secret(own)}") { value } }`,
    hears: (own: number) => `value of ${own}`,
    recorded: 'READ',
  },
  {
    query: (own: number) => `{ secret(name: "${secret((own + 1) % CALLERS)}") { value } }`,
    hears: () => 'FORBIDDEN',
    recorded: 'DENIED',
  },
  { query: () => '{ viewer { id } }', hears: (own: number) => `id of ${own}` },
  { query: () => '{ resourceGroups { name } }', hears: () => 'FORBIDDEN' },
  { query: (own: number) => `{ secret(name: "${secret(own)}") { name } }`, hears: (own: number) => secret(own) },
];

describe('10,000 mixed requests of 100 callers', () => {
  it('are each answered for their own caller, and each attempt to read a value stands once in a whole record', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
    const file = join(folder, 'audit.jsonl');
    const world = withServices(contoso());
    const policy = textFile(policies(world));
    const gateway = await gatewayOver({ world, env: { ACCESS_POLICY: policy, AUDIT_FILE: file, LOG_LEVEL: 'error' } });
    const work = Array.from({ length: CALLERS * REQUESTS_OF_EACH }, (_, index) => index);
    const wrong: string[] = [];
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (let index = work.pop(); index !== undefined; index = work.pop()) {
          const own = index % CALLERS;
          const kind = kindOf(index);
          const heard = told(await gateway.askAs(name(own), kind.query(own)), world);
          if (heard !== kind.hears(own)) wrong.push(`${name(own)} heard ${heard}, not ${kind.hears(own)}`);
        }
      }),
    );
    await gateway.close();
    assert.deepEqual(wrong, []);

    const lines = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogLine);
    assert.deepEqual(tally(lines, world), expectedTally());
    const verified = spawnSync(process.execPath, ['audit/verify.ts', file], { encoding: 'utf8' });
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
    rmSync(folder, { recursive: true });
  });
});

const kindOf = (index: number) => {
  const kind = KINDS[Math.floor(index / CALLERS) % KINDS.length];
  assert.ok(kind);
  return kind;
};

function withServices(world: World): World {
  const [gateway, template] = world.applications;
  assert.ok(gateway && template);
  for (let index = 0; index < CALLERS; index++) {
    const ids = { appId: randomUUID(), principalId: randomUUID(), secrets: [{ value: randomUUID() }] };
    world.applications.push({ ...template, ...ids, displayName: name(index), appRoleAssignments: [] });
    world.vaults[0]?.secrets.push(createSecret(secret(index), { value: `value of ${index}` }));
  }
  return world;
}

const services = ({ applications }: World) =>
  applications.filter(({ displayName }) => displayName.startsWith('Service '));

const callerId = (world: World, principalId: string) => `https://sts.windows.net/${world.tenant.id}/|${principalId}`;

function policies(world: World): string {
  const own = services(world).map(
    ({ principalId }, index) => `@id("service-${index}")
permit (principal == Caller::"${callerId(world, principalId)}", action in [Action::"readSecretProperties", Action::"readSecretValue"], resource in Vault::"contoso-vault")
when { resource.name like "service-${index}-*" };`,
  );
  return `${own.join('\n')}\n@id("testers") permit (principal in Role::"Tester", action, resource);\n`;
}

/** What the caller heard, with its own id as a number. */
function told(answer: Answer, world: World): string {
  if (answer.errors) return codes(answer).join();
  const { viewer, secret: read } = answer.data;
  if (viewer)
    return `id of ${services(world).findIndex(({ principalId }) => viewer.id === callerId(world, principalId))}`;
  return read.value ?? read.name;
}

/** How often each caller's each attempt is on record, by its outcome. */
function tally(lines: readonly LogLine[], world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    if (line.event !== 'access') continue;
    const { caller, name: asked, outcome } = line as { caller?: { id: string }; name?: string; outcome?: string };
    const own = services(world).findIndex(({ principalId }) => caller?.id === callerId(world, principalId));
    const key = `${own} ${asked} ${outcome}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

function expectedTally(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < CALLERS * REQUESTS_OF_EACH; index++) {
    const own = index % CALLERS;
    const { recorded } = kindOf(index);
    if (!recorded) continue;
    const key = `${own} ${secret(recorded === 'READ' ? own : (own + 1) % CALLERS)} ${recorded}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
