import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { claim } from '../image/alone.ts';
import { complaintsAbout } from '../image/contents.ts';
import { createReport } from '../image/report.ts';
import gateway from '../package.json' with { type: 'json' };

describe('what an image may hold', () => {
  const file = (path: string, mode = '-rw-r--r--') => ({ path, mode });
  const app = mkdtempSync(join(tmpdir(), 'gateway-image-test-'));
  after(() => rmSync(app, { recursive: true }));

  it('is node, its libraries and the gateway', () => {
    const library = file('lib/x86_64-linux-gnu/libc.so.6', '-rwxr-xr-x');
    const entries = [
      file('usr/bin/node', '-rwxr-xr-x'),
      library,
      file('app/dist/main.js'),
      file('lib64', 'lrwxrwxrwx'),
    ];
    assert.deepEqual(complaintsAbout(entries, app), []);
  });

  for (const [path, mode, complaint] of [
    ['bin/sh', '-rwxr-xr-x', 'bin/sh is a shell or a tool of one'],
    ['usr/local/bin/npm', 'lrwxrwxrwx', 'usr/local/bin/npm is a package manager'],
    ['app/node_modules/x/index.js', undefined, 'app/node_modules/x/index.js is a package that is not bundled'],
    ['app/dist/main.js.map', undefined, 'app/dist/main.js.map is a source or its map'],
    ['app/.npmrc', undefined, 'app/.npmrc is settings that may hold a secret'],
    ['app/.env', undefined, 'app/.env is settings that may hold a secret'],
    ['etc/tls.key', undefined, 'etc/tls.key is a key'],
    ['usr/bin/node', '-rwsr-xr-x', 'usr/bin/node runs as another user'],
    ['app/dist', 'drwxrwxrwx', 'app/dist can be written by everybody'],
  ] as const) {
    it(`is not ${path} as ${mode ?? 'a file'}`, () =>
      assert.deepEqual(complaintsAbout([file(path, mode)], app), [complaint]));
  }

  it('is no code that makes tokens', () => {
    writeFileSync(join(app, 'main.js'), 'new SignJWT()');
    assert.deepEqual(complaintsAbout([], app), ['main.js holds "SignJWT": it could make a token']);
  });
});

describe('image:verify', () => {
  it('runs once at a time', { skip: process.platform !== 'linux' && 'it asks Linux' }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-image-test-'));
    const release = await claim(folder);
    await assert.rejects(claim(folder), /^Error: Another image:verify is running with .*XDG_CACHE_HOME/);
    await release();
    await (await claim(folder))();
    rmSync(folder, { recursive: true });
  });
});

describe('the report of image:verify', () => {
  it('fails with any figure that is over its budget, those that depend on the machine too', (test) => {
    const printed = [process.stdout, process.stderr].map((stream) => test.mock.method(stream, 'write', () => true));
    const outcomes = [120, 120.01].map((found) => {
      const report = createReport();
      report.figure('memory at start (RSS)', found, 'MB', 120);
      return report.end();
    });
    for (const { mock } of printed) mock.restore();
    assert.deepEqual(outcomes, [true, false]);
  });

  it('has the budgets of docs/image.md, of memory and of cold start', () => {
    const verify = read('image/verify.ts');
    const budgets = [/^\| memory at start .*\| (\d+) MB \|$/m, /^\| \*\*ratio\*\* .*\| (\d+) \|$/m].map(
      (row) => row.exec(read('docs/image.md'))?.[1],
    );
    assert.deepEqual(budgets, [
      /figure\('memory at start \(RSS\)', [^\n]*, 'MB', (\d+)\)/.exec(verify)?.[1],
      /figure\('ratio', [^\n]*, 'x', (\d+)\)/.exec(verify)?.[1],
    ]);
    assert.ok(budgets.every(Boolean));
  });
});

describe('the base of the image', () => {
  it('is pinned by its digest, and of the release of Node that everything is tested with', () => {
    const [, release] =
      /^ARG BASE=docker\.io\/library\/node:(.*)-trixie-slim@sha256:[0-9a-f]{64}$/m.exec(read('Dockerfile')) ?? [];
    assert.equal(release, gateway.devDependencies.node);
  });

  it('is the newest one of a digest in what is published', () => {
    const workflow = read('.github/workflows/release.yml');
    assert.match(workflow, /^ +echo "base=\$tag@\$\(docker buildx imagetools inspect/m);
    assert.equal(workflow.match(/^ +BASE=\$\{\{ needs\.names\.outputs\.base \}\}$/gm)?.length, 2);
  });
});

const read = (file: string): string => readFileSync(file, 'utf8');
