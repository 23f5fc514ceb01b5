import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { BudgetError, measure } from '../build/budget.ts';
import { STARTED_BY } from '../build/bundle.ts';
import { createDist } from '../build/dist.ts';
import { fromNode } from '../build/from-node.ts';
import { machineCodeOf } from '../build/in-place-of.ts';
import { checkLicences } from '../build/licence.ts';
import { AS_EVER } from '../build/machine-code.ts';
import { type Package, packagesOfBundle } from '../build/packages.ts';
import { keepWarm } from '../build/warm.ts';
import { complaintsAbout } from '../image/contents.ts';
import { type Running, signIn, spawnGateway, startEmulator } from './support/process.ts';

describe('what is asked of Node at run time', () => {
  const asked = (module: string) => `process.getBuiltinModule("${module}")`;
  for (const [written, taken] of [
    ['import{one as a,two}from"node:fs";a()', `var {one:a,two}=${asked('node:fs')};a()`],
    ['import*as a from"util";', `var a=${asked('util')};`],
    ['import a from"node:http";', `var a=${asked('node:http')};`],
    ['import a,{one}from"node:http";', `var a=${asked('node:http')},{one}=${asked('node:http')};`],
    ['import{one}from"./chunk-1.js";', 'import{one}from"./chunk-1.js";'],
    ['import("./chunk-1.js")', 'import("./chunk-1.js")'],
  ] as const) {
    it(`is ${written}`, () => assert.equal(fromNode(written), taken));
  }

  it("leaves V8's flags as they are by default", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--v8-options']);
    assert.ok(stdout.includes(`default: ${AS_EVER}\n`));
  });
});

describe('the build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-build-test-'));
  const dist = join(folder, 'dist');
  const bare = join(folder, 'bare');
  let emulator: Running;
  let packages: readonly Package[];
  before(async () => {
    [{ packages }, , emulator] = await Promise.all([
      createDist(dist, { explorer: true }),
      createDist(bare, { explorer: false }),
      startEmulator(),
    ]);
  });
  after(async () => {
    await emulator.stop();
    rmSync(folder, { recursive: true });
  });

  it('reads a secret of the local Azure, from a folder without node_modules', async () => {
    const gateway = await spawnGateway(startOf(dist), { ...emulator.exports, EXPLORER: 'on' });
    const authorization = await signIn(emulator.exports, 'BILLING_SERVICE');
    const headers = { 'content-type': 'application/json', authorization };
    const body = JSON.stringify({ query: '{ secret(name: "SampleSecret") { value } }' });
    const answer = await fetch(gateway.url, { method: 'POST', headers, body });
    const files = await graphiql(gateway.url);
    assert.deepEqual(await answer.json(), { data: { secret: { value: 'MSI Secret!' } } });
    assert.deepEqual(files, { kinds: [200, 200, 200, 200, 200, 200], isEditor: true });
    assert.equal(await gateway.stop(), 0);
  });

  it('says at the start that it has no GraphiQL, where it was left out', async () => {
    const refusal = spawnGateway(startOf(bare), { EXPLORER: 'on' });
    await assert.rejects(refusal, /It ended with 1:.*\n- EXPLORER is on .* holds no GraphiQL: set EXPLORER=off/s);
    assert.deepEqual(
      readdirSync(bare).filter((file) => file === 'explorer'),
      [],
    );
  });

  it('is taken by V8 as it was left, and starts without that where it does not count', async () => {
    const start = (env = {}) => spawnGateway([...COUNTED, ...startOf(dist)], env);
    // Rejects where it is not taken.
    await keepWarm({ root: '/', command: [process.execPath], app: folder });
    const warm = await start();
    await warm.stop();
    // Its first bytes say who made it: V8, which version, with which flags, on which kind of processor.
    const kept = join(folder, 'warm', machineCodeOf());
    writeFileSync(kept, readFileSync(kept).fill(1, 0, 32));
    const cold = await start();
    const answer = await fetch(`${cold.url}?query={__typename}`);
    assert.equal(answer.status, 200);
    await cold.stop();
    assert.deepEqual([warm, cold].map(compiledBy), ['0', '1']);
  });

  it('loads nothing of Node for its exports alone, such as undici for the WebSocket of node:http', async () => {
    const gateway = await spawnGateway(['--import', SAYS_UNDICI, ...startOf(dist)], {});
    const answer = await fetch(`${gateway.url}?query={__typename}`);
    assert.equal(answer.status, 200);
    await gateway.stop();
    assert.match(gateway.said()['standard error'], /^undici: false$/m);
  });

  it('holds its own code and that of packages, and nothing that could make a token', () => {
    assert.deepEqual(complaintsAbout([], dist), []);
    const metafile = (file: string) => ({ inputs: { [file]: { bytes: 1, imports: [] } }, outputs: {} });
    assert.throws(
      () => packagesOfBundle(metafile('emulator/entra/tokens.ts')),
      /emulator\/entra\/tokens\.ts, which must not ship/,
    );
  });

  it('lists each package in its bill of materials, and hands on its licence', () => {
    const bill = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8'));
    const listed = bill.components.map(
      ({ group, name, version }: Record<string, string>) => `${group ? `${group}/` : ''}${name}@${version}`,
    );
    const names = packages.map(({ name, version }) => `${name}@${version}`);
    const texts = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    assert.deepEqual([bill.bomFormat, bill.specVersion], ['CycloneDX', '1.6']);
    assert.deepEqual(listed.toSorted(), names.toSorted());
    assert.deepEqual(
      names.filter((name) => !texts.includes(`${name}: `)),
      [],
    );
  });

  it('takes no package whose licence asks for more than to be named', () => {
    const as = (name: string, license: string): Package => ({ name, version: '1.0.0', license, folder: '' });
    assert.doesNotThrow(() => checkLicences([as('a', 'MIT'), as('b', '(GPL-3.0 OR MIT)'), as('c', 'MIT AND 0BSD')]));
    assert.throws(
      () => checkLicences([as('a', 'MIT'), as('b', 'AGPL-3.0')]),
      /licence of b@1\.0\.0 \(AGPL-3\.0\) is not/,
    );
    assert.throws(() => checkLicences([as('a', 'MIT AND GPL-2.0')]), /a@1\.0\.0/);
    assert.throws(() => checkLicences([as('a', '')]), /a@1\.0\.0 \(no licence\)/);
  });

  it('keeps to its budgets, and names the one that is overrun', () => {
    assert.equal(measure(dist).length, 5);
    writeFileSync(join(dist, 'surplus.js'), randomBytes(1_000_000));
    assert.throws(() => measure(dist), BudgetError);
    assert.throws(() => measure(dist), /Over budget: JavaScript: \d+ bytes of 1500000.*\n {2}surplus\.js: 1000000/s);
    rmSync(join(dist, 'surplus.js'));
  });
});

const COUNTED = ['--require', join(import.meta.dirname, '../build/warm/count.cjs')];
const SAYS_UNDICI = `data:text/javascript,process.on('exit', () => process._rawDebug('undici: ' + process.moduleLoadList.some((name) => name.endsWith('undici/undici'))))`;

const compiledBy = ({ said }: { said(): { 'standard error': string } }) =>
  /wasm modules compiled: (\d)/.exec(said()['standard error'])?.[1];

function startOf(folder: string): string[] {
  const [program, ...args] = STARTED_BY;
  return [join(folder, program), ...args];
}

async function graphiql(url: string): Promise<{ kinds: number[]; isEditor: boolean }> {
  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const files = page.match(/\/graphiql\/[\w.-]+/g) ?? [];
  const answers = await Promise.all(files.map((file) => fetch(new URL(file, url))));
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  return { kinds: answers.map(({ status }) => status), isEditor: texts.some((text) => text.includes('GraphiQL')) };
}
