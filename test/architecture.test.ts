import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';

// `check` asks what a gateway would: it has the same parts, but for those that answer callers.
const CHECKED = [
  ...[
    'src/azure/',
    'src/clock.ts',
    'src/caller/',
    'src/complaint.ts',
    'src/config.ts',
    'src/errors.ts',
    'src/outbound.ts',
  ],
  ...['src/policy.ts', 'src/policy/', 'src/telemetry.ts', 'src/telemetry/'],
];
const DECIDED = ['src/caller.ts', 'src/caller/', 'src/policy.ts', 'src/policy/'];

/** What each room may import of ours, and of packages; `type` marks what it may import the types of. */
const FLOORS: Record<string, { ours: readonly string[]; typesOf?: readonly string[]; packages?: RegExp }> = {
  'src/cli.ts': { ours: ['src/cli/run.ts', 'src/main.ts'] },
  // All that a gateway has to load before it starts by way of the command: nothing of what the other commands need.
  'src/cli/run.ts': {
    ours: [
      'src/cli/arguments.ts',
      'src/cli/terminal.ts',
      'src/cli/check.ts',
      'src/cli/check/table.ts',
      'src/cli/policy-test.ts',
      'package.json',
    ],
  },
  'src/cli/arguments.ts': { ours: ['src/cli/usage.ts'] },
  'src/cli/check/documents.ts': {
    ours: ['src/cli/check/', 'src/graphql/schema.ts', 'src/graphql/trusted-documents.ts'],
    typesOf: ['src/config.ts'],
  },
  'src/cli/check/': { ours: [...CHECKED, 'src/cli/check/'] },
  'src/cli/check.ts': { ours: [...CHECKED, 'src/cli/check/'], typesOf: ['src/cli/terminal.ts'] },
  'src/cli/policy-test/': { ours: [...DECIDED, 'src/cli/policy-test/', 'src/azure/name.ts', 'src/errors.ts'] },
  'src/cli/': { ours: [...DECIDED, 'src/cli/', 'src/telemetry.ts'] },
  'src/main.ts': {
    ours: [
      'src/app.ts',
      'src/audit.ts',
      'src/caller.ts',
      'src/complaint.ts',
      'src/config.ts',
      'src/drain.ts',
      'src/policy.ts',
      'src/probes.ts',
      'src/server.ts',
      'src/telemetry.ts',
      'src/telemetry/',
      'src/azure/cache.ts',
      'src/azure/clients.ts',
      'package.json',
    ],
    typesOf: ['src/sender.ts'],
  },
  'src/complaint.ts': { ours: ['src/config.ts', 'src/policy.ts'] },
  'src/drain.ts': {
    ours: [],
    typesOf: ['src/probes.ts', 'src/server.ts', 'src/telemetry.ts', 'src/telemetry/'],
  },
  'src/probes.ts': { ours: ['src/http.ts'], typesOf: ['src/errors.ts'] },
  'src/refusal.ts': { ours: ['src/errors.ts'] },
  'src/http.ts': { ours: [] },
  'src/time.ts': { ours: [], typesOf: ['src/clock.ts', 'src/http.ts'] },
  'src/node-http.ts': { ours: ['src/http.ts'], typesOf: ['src/unsent.ts'] },
  'src/unsent.ts': { ours: [] },
  'src/connections.ts': { ours: [] },
  'src/server.ts': {
    ours: ['src/connections.ts', 'src/node-http.ts', 'src/sender.ts', 'src/unsent.ts'],
    typesOf: ['src/app.ts', 'src/config.ts', 'src/telemetry.ts'],
  },
  'src/app.ts': {
    ours: [
      'src/graphql/',
      'src/azure/',
      'src/cors.ts',
      'src/http.ts',
      'src/rate.ts',
      'src/clock.ts',
      'src/refusal.ts',
      'src/telemetry.ts',
      'src/telemetry/',
      'src/time.ts',
      'src/policy.ts',
    ],
    typesOf: ['src/audit.ts', 'src/caller.ts', 'src/config.ts', 'src/errors.ts', 'src/probes.ts'],
  },
  'src/graphql/': {
    ours: [
      'src/graphql/',
      'src/errors.ts',
      'src/http.ts',
      'src/telemetry.ts',
      'src/secret-text.ts',
      'src/stale.ts',
      'src/memory.ts',
    ],
    typesOf: [
      'src/azure/',
      'src/audit.ts',
      'src/caller.ts',
      'src/clock.ts',
      'src/policy.ts',
      'src/config.ts',
      'src/telemetry/',
    ],
    packages: /^(?!@azure\/|dataloader)/,
  },
  'src/azure/': {
    ours: [
      ...['src/azure/', 'src/clock.ts', 'src/errors.ts', 'src/rate.ts'],
      ...['src/memory.ts', 'src/secret-text.ts', 'src/stale.ts', 'src/telemetry/'],
    ],
    typesOf: ['src/config.ts', 'src/config/', 'src/telemetry.ts'],
    packages: /^(?!graphql|@graphql)/,
  },
  'src/caller.ts': {
    ours: ['src/caller/', 'src/clock.ts', 'src/outbound.ts'],
    typesOf: ['src/config.ts', 'src/telemetry.ts'],
  },
  'src/caller/': {
    ours: ['src/caller/', 'src/clock.ts', 'src/errors.ts', 'src/telemetry.ts', 'src/telemetry/'],
    typesOf: ['src/caller.ts', 'src/outbound.ts'],
  },
  'src/policy.ts': { ours: ['src/policy/', 'src/caller.ts'], typesOf: ['src/telemetry.ts'] },
  'src/policy/': { ours: ['src/policy/', 'src/errors.ts'], typesOf: ['src/caller.ts', 'src/telemetry.ts'] },
  'src/audit.ts': {
    ours: ['src/audit/', 'src/errors.ts', 'package.json'],
    typesOf: ['src/config.ts', 'src/telemetry.ts'],
  },
  'src/audit/': { ours: ['src/audit/', 'src/errors.ts'], typesOf: ['src/telemetry.ts'] },
  'src/config.ts': { ours: ['src/config/'] },
  'src/config/': { ours: ['src/config/'] },
  'src/memory.ts': { ours: [] },
  'src/secret-text.ts': { ours: [] },
  'src/stale.ts': { ours: [] },
  'src/outbound.ts': { ours: [] },
  'src/cors.ts': { ours: [], typesOf: ['src/http.ts'] },
  'src/sender.ts': { ours: ['src/http.ts'], typesOf: ['src/errors.ts'] },
  'src/rate.ts': { ours: [] },
  'src/clock.ts': { ours: [] },
  'src/errors.ts': { ours: [] },
  'src/telemetry.ts': { ours: [], typesOf: ['src/telemetry/'] },
  'src/telemetry/': { ours: ['src/telemetry/', 'src/http.ts'], typesOf: ['src/telemetry.ts'] },
  'emulator/': { ours: ['emulator/'] },
  'build/': {
    ours: ['build/', 'package.json', 'src/config.ts', 'src/graphql/contract.ts', 'src/graphql/explorer/pack.ts'],
    typesOf: ['src/graphql/explorer/packer.ts'],
  },
  'deploy/check/': { ours: ['deploy/check/', 'src/config.ts', 'src/policy/check.ts', 'src/policy/reach.ts'] },
  'image/': { ours: ['image/', 'package.json', 'package-lock.json'] },
};

describe('the plan of the house', () => {
  const files = ['src', 'emulator', 'deploy', 'build', 'image'].flatMap(typescript);

  it('has every room on a floor', () => {
    assert.deepEqual(
      files.filter((file) => !floorOf(file)),
      [],
    );
  });

  it('has no trespassers', () => {
    assert.deepEqual(files.flatMap(trespasses), []);
  });

  it('names a trespasser', () => {
    const imports = (file: string, code: string) => trespassesIn(file, code);
    assert.deepEqual(imports('src/graphql/x.ts', "import { RestError } from '@azure/core-rest-pipeline';").length, 1);
    assert.deepEqual(imports('src/graphql/x.ts', "import { secrets } from '../azure/secret.ts';").length, 1);
    assert.deepEqual(imports('src/graphql/x.ts', "import type { Secret } from '../azure/secret.ts';").length, 0);
    assert.deepEqual(imports('src/azure/x.ts', "const { parse } = await import('graphql');").length, 1);
    assert.deepEqual(imports('src/app.ts', "import { createAzure } from '../emulator/azure.ts';").length, 1);
    assert.deepEqual(imports('src/errors.ts', "export * from './telemetry.ts';").length, 1);
  });

  it('has nothing in the gateway that knows the local Azure', () => {
    const known = typescript('src').filter((file) =>
      /emulator|contoso|local azure/i.test(read(file).replaceAll(/'contoso-vault'|contoso-vault/g, '')),
    );
    assert.deepEqual(known, []);
  });

  it('reads the process at its two doors alone', () => {
    const readers = typescript('src').filter((file) => /\bprocess\s*(\.\w|\[)|node:process/.test(read(file)));
    assert.deepEqual(readers.toSorted(), ['src/cli.ts', 'src/main.ts']);
  });

  it('loads nothing for a start by way of the command but the start', () => {
    const eager = (file: string): string[] =>
      [...read(file).matchAll(/^import (?!type)[^;]*?from '(\.[^']+)'/gm)].flatMap(([, from = '']) => {
        const path = normalize(join(dirname(file), from));
        return [path, ...eager(path)];
      });
    assert.deepEqual(eager('src/cli.ts').toSorted(), [
      'src/cli/arguments.ts',
      'src/cli/run.ts',
      'src/cli/terminal.ts',
      'src/cli/usage.ts',
    ]);
  });

  it("opens a secret's value in the scalar that answers it, and nowhere else", () => {
    const openers = typescript('src').filter((file) => /\breveal\b/.test(read(file)));
    assert.deepEqual(openers.toSorted(), ['src/graphql/secret-text.ts', 'src/secret-text.ts']);
  });

  it('keeps files short enough to read', () => {
    const long = files.filter((file) => !file.endsWith('generated.ts') && read(file).split('\n').length > 220);
    assert.deepEqual(long, []);
  });

  it('pins every dependency to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'));
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    );
    assert.deepEqual(loose, []);
  });

  it('has a reason for every runtime dependency', () => {
    const reasons = read('docs/decisions.md');
    const { dependencies } = JSON.parse(read('package.json'));
    assert.deepEqual(
      Object.keys(dependencies).filter((name) => !reasons.includes(`| \`${name}\` |`)),
      [],
    );
  });
});

function trespasses(file: string): string[] {
  return trespassesIn(file, read(file));
}

function trespassesIn(file: string, code: string): string[] {
  const floor = floorOf(file);
  return [...code.matchAll(IMPORT)].flatMap(({ groups }) => {
    const { from = '', type } = groups ?? {};
    const ours = from.startsWith('.') ? normalize(join(dirname(file), from)) : undefined;
    const isAllowed = ours
      ? within(ours, [...(floor?.ours ?? []), ...(type ? (floor?.typesOf ?? []) : [])])
      : (floor?.packages ?? /./).test(from);
    return isAllowed ? [] : [`${file} imports ${ours ?? from}`];
  });
}

const IMPORT = /(?:^|\s)(?:(?:import|export)(?<type> type)?\b[^;'"]*?from\s*|import\s*\(?\s*)['"](?<from>[^'"]+)['"]/g;

const within = (path: string, rooms: readonly string[]) =>
  rooms.some((room) => path === room || (room.endsWith('/') && path.startsWith(room)));

function floorOf(file: string) {
  return FLOORS[file] ?? Object.entries(FLOORS).find(([room]) => room.endsWith('/') && file.startsWith(room))?.[1];
}

function typescript(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file}`);
}

const read = (file: string): string => readFileSync(file, 'utf8');
