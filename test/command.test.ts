import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import gateway from '../package.json' with { type: 'json' };
import { command } from './support/check.ts';
import { freePort, OWN, spawnGateway } from './support/process.ts';

const CLI = fileURLToPath(import.meta.resolve('../src/cli.ts'));

describe('the command', () => {
  it('says what there is, with --help, -h and help', async () => {
    const [long, short, word] = await Promise.all([['--help'], ['-h'], ['help']].map((args) => command(args)));
    for (const name of ['start', 'check [--json]', 'policy test FILE', 'demo', 'Exit codes: 0 ']) {
      assert.ok(long?.out.includes(name), name);
    }
    assert.deepEqual([short, word, long?.code, long?.complaints], [long, long, 0, '']);
  });

  it('says what each command does, in lines that fit a terminal', async () => {
    for (const name of ['start', 'check', 'policy test', 'demo']) {
      const { code, out } = await command([...name.split(' '), '--help']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^Usage: azure-graphql-gateway ${name}[\\s\\S]*^Exit codes\\n {2}0 `, 'm'));
      assert.deepEqual(
        out.split('\n').filter((line) => line.length > 120),
        [],
      );
    }
  });

  it('says of the first word of a command what it says of the command', async () => {
    const told = await command(['policy', 'test', '--help']);
    const halves = [
      ['policy', '--help'],
      ['policy', '-h'],
      ['help', 'policy'],
    ].map((args) => command(args));
    assert.deepEqual(await Promise.all(halves), [told, told, told]);
  });

  it('says its version', async () => {
    const said = { code: 0, out: `${gateway.version}\n`, complaints: '' };
    assert.deepEqual([await command(['--version']), await command(['-v'])], [said, said]);
  });

  const wrong: Readonly<Record<string, string>> = {
    chek: 'There is no command `chek`. Did you mean `check`?\n',
    policy: 'There is no command `policy`. Did you mean `policy test`?\n',
    'polcy test a': 'There is no command `polcy`. Did you mean `policy test`?\n',
    serve: 'There is no command `serve`. There are `start`, `check`, `policy test`, `demo`.\n',
    'check --jsn': '`check` has no option --jsn. Did you mean --json?\n',
    'check --json=yes': '--json takes no value.\n',
    'start --json': '`start` has no option --json. It has --help, --version.\n',
    'start 8080': '`start` takes no argument: its settings are environment variables.\n',
    'policy test': 'Give `policy test` one file.\n',
    'policy test a b': 'Give `policy test` one file.\n',
  };
  for (const [line, complaints] of Object.entries(wrong)) {
    it(`is 2 for \`${line}\`, and says what is meant`, async () => {
      assert.deepEqual(await command(line.split(' ')), { code: 2, out: '', complaints });
    });
  }

  it('is 2 without a command, and says which there are', async () => {
    const { code, out, complaints } = await command([]);
    assert.deepEqual([code, out], [2, '']);
    assert.match(complaints, /^Say which command\.\n\n[\s\S]*policy test FILE/);
  });

  it('is 1 for a demo outside of a clone, and says where one is', async () => {
    const { code, out, complaints } = await command(['demo']);
    assert.deepEqual([code, out], [1, '']);
    assert.match(complaints, /neither the package nor the image[\s\S]*npm run demo/);
  });

  it('has colours on a terminal alone', async () => {
    const env = { PORT: 'none' };
    const [plain, coloured] = [await command(['check'], { env }), await command(['check'], { env, isColoured: true })];
    assert.equal(stripVTControlCharacters(coloured.out), plain.out);
    assert.notEqual(coloured.out, plain.out);
  });
});

describe('the command as a program', () => {
  const spawned = (args: readonly string[], env = {}) =>
    spawnSync(process.execPath, [CLI, ...args], { env: { ...OWN, ...env }, encoding: 'utf8' });

  it('ends with the exit code: what is wrong on standard error, the rest on standard output', () => {
    const { status, stdout, stderr } = spawned(['check'], { PORT: 'none' });
    assert.deepEqual([status, stderr], [1, '']);
    assert.match(stdout, /^FAILED {3}settings {2}PORT is "none"[^\n]*\n {2}fix: [\s\S]*\n1 FAILED, 1 skipped\.\n$/);
    const usage = spawned(['chek']);
    assert.deepEqual([usage.status, usage.stdout, usage.stderr.startsWith('There is no command')], [2, '', true]);
  });

  it('starts the gateway as `node src/main.ts` does, and stops as it does', async () => {
    const { url, stop } = await spawnGateway([CLI, 'start'], {});
    const { status } = await fetch(new URL('/live', url));
    assert.deepEqual([status, await stop()], [200, 0]);
  });

  it('ends with 1 where the gateway cannot start', async () => {
    const { status, stdout, stderr } = spawned(['start'], { PORT: await freePort(), AZURE_CLOUD: 'moon' });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^azure-graphql-gateway cannot start:\n- AZURE_CLOUD is "moon"/);
  });
});
