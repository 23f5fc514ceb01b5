import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';

/** What each room may import of ours, and of packages; `type` marks what it may import the types of. */
const FLOORS: Record<string, { ours: readonly string[]; typesOf?: readonly string[]; packages?: RegExp }> = {
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
      'src/azure/clients.ts',
      'package.json',
    ],
  },
  'src/complaint.ts': { ours: ['src/config.ts', 'src/policy.ts'] },
  'src/drain.ts': {
    ours: [],
    typesOf: ['src/probes.ts', 'src/server.ts', 'src/telemetry.ts', 'src/telemetry/'],
  },
  'src/probes.ts': { ours: [], typesOf: ['src/errors.ts'] },
  'src/refusal.ts': { ours: ['src/errors.ts'] },
  'src/server.ts': { ours: ['src/sender.ts'], typesOf: ['src/app.ts', 'src/config.ts', 'src/telemetry.ts'] },
  'src/app.ts': {
    ours: [
      'src/graphql/',
      'src/azure/',
      'src/cors.ts',
      'src/rate.ts',
      'src/refusal.ts',
      'src/telemetry.ts',
      'src/telemetry/',
      'src/policy.ts',
    ],
    typesOf: ['src/audit.ts', 'src/caller.ts', 'src/config.ts', 'src/errors.ts', 'src/probes.ts'],
  },
  'src/graphql/': {
    ours: ['src/graphql/', 'src/errors.ts', 'src/telemetry.ts', 'src/secret-text.ts'],
    typesOf: ['src/azure/', 'src/audit.ts', 'src/caller.ts', 'src/policy.ts', 'src/config.ts', 'src/telemetry/'],
    packages: /^(?!@azure\/|dataloader)/,
  },
  'src/azure/': {
    ours: ['src/azure/', 'src/errors.ts', 'src/secret-text.ts', 'src/telemetry/'],
    typesOf: ['src/config.ts', 'src/config/', 'src/telemetry.ts'],
    packages: /^(?!graphql|@graphql)/,
  },
  'src/caller.ts': { ours: ['src/caller/', 'src/outbound.ts'], typesOf: ['src/config.ts', 'src/telemetry.ts'] },
  'src/caller/': {
    ours: ['src/caller/', 'src/errors.ts', 'src/telemetry.ts', 'src/telemetry/'],
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
  'src/secret-text.ts': { ours: [] },
  'src/outbound.ts': { ours: [] },
  'src/cors.ts': { ours: [] },
  'src/sender.ts': { ours: [], typesOf: ['src/errors.ts'] },
  'src/rate.ts': { ours: [] },
  'src/errors.ts': { ours: [] },
  'src/telemetry.ts': { ours: [], typesOf: ['src/telemetry/'] },
  'src/telemetry/': { ours: ['src/telemetry/'], typesOf: ['src/telemetry.ts'] },
  'emulator/': { ours: ['emulator/'] },
  'deploy/check/': { ours: ['deploy/check/', 'src/config.ts', 'src/policy/check.ts'] },
};

describe('the plan of the house', () => {
  const files = [...typescript('src'), ...typescript('emulator'), ...typescript('deploy')];

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

  it('reads the process in main.ts alone', () => {
    const readers = typescript('src').filter((file) => /\bprocess\s*(\.\w|\[)|node:process/.test(read(file)));
    assert.deepEqual(readers, ['src/main.ts']);
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
