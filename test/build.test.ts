import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { BudgetError, measure } from '../build/budget.ts';
import { STARTED_BY } from '../build/bundle.ts';
import { createDist } from '../build/dist.ts';
import { fromNode } from '../build/from-node.ts';
import { machineCodeOf } from '../build/in-place-of.ts';
import { checkLicences } from '../build/licence.ts';
import { AS_EVER } from '../build/machine-code.ts';
import { type Package, packagesOfBundle } from '../build/packages.ts';
import { keepWarm } from '../build/warm.ts';
import { partsOfExplorer } from '../build/within.ts';
import { complaintsAbout } from '../image/contents.ts';
import { createLog, PRETTY } from '../src/telemetry.ts';
import { startCollector } from './support/collector.ts';
import { type Environment, type Running, signIn, spawnGateway, startEmulator } from './support/process.ts';

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

  const identities: Record<string, (exports: Environment) => Environment> = {
    'managed identity': () => ({}),
    'workload identity': ({ CONTOSO_WORKLOAD_CLIENT_ID = '', CONTOSO_FEDERATED_TOKEN_FILE = '' }) => ({
      AZURE_CLIENT_ID: CONTOSO_WORKLOAD_CLIENT_ID,
      AZURE_FEDERATED_TOKEN_FILE: CONTOSO_FEDERATED_TOKEN_FILE,
    }),
  };
  for (const [identity, chosenBy] of Object.entries(identities)) {
    it(`reads the local Azure by ${identity}, from a folder without node_modules`, async () => {
      const { exports } = emulator;
      const gateway = await spawnGateway(startOf(dist), { ...exports, ...chosenBy(exports) });
      const secret = await ask(gateway.url, exports, 'BILLING_SERVICE', '{ secret(name: "SampleSecret") { value } }');
      const { data } = await ask(gateway.url, exports, 'ADA', '{ resourceGroups { name } resources { totalCount } }');
      assert.deepEqual(secret, { data: { secret: { value: 'MSI Secret!' } } });
      assert.deepEqual([data.resourceGroups.length, data.resources.totalCount > 0], [9, true]);
      assert.equal(await gateway.stop(), 0);
    });
  }

  it('asks the Azure CLI for a developer’s token', async () => {
    const tools = join(folder, 'tools-of-a-developer');
    mkdirSync(tools);
    writeFileSync(
      join(tools, 'az'),
      `#!/bin/sh\necho "$@" >'${tools}/asked'\necho 'Please run az login' >&2\nexit 1\n`,
      {
        mode: 0o755,
      },
    );
    const { exports } = emulator;
    const PATH = `${tools}:${process.env.PATH}`;
    const gateway = await spawnGateway(startOf(dist), { ...exports, AZURE_CREDENTIAL: 'developer', PATH });
    const { errors } = await ask(gateway.url, exports, 'ADA', '{ resourceGroups { name } }');
    await gateway.stop();
    assert.equal(errors[0].extensions.code, 'IDENTITY_UNAVAILABLE');
    assert.match(readFileSync(join(tools, 'asked'), 'utf8'), /^account get-access-token/);
  });

  it('serves GraphiQL and its files', async () => {
    const gateway = await spawnGateway(startOf(dist), { EXPLORER: 'on' });
    const files = await graphiql(gateway.url);
    await gateway.stop();
    assert.deepEqual(files, { kinds: [200, 200, 200, 200, 200, 200], isEditor: true });
  });

  it('sends traces', async (t) => {
    const collector = await startCollector();
    t.after(collector.close);
    const gateway = await spawnGateway(startOf(dist), { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    await (await fetch(`${gateway.url}?query={__typename}`)).text();
    await gateway.stop();
    assert.deepEqual(
      collector.spans().map(({ name }) => name),
      ['query'],
    );
  });

  it('logs for people', async () => {
    const file = readdirSync(dist).find((name) => name.startsWith('pino-pretty-')) ?? '';
    const { default: pretty } = await import(join(dist, file));
    const destination = new PassThrough();
    createLog('info', pretty({ ...PRETTY, destination, colorize: false })).warn({ event: 'seen', vault: 'billing' });
    const [line] = await once(destination, 'data');
    assert.match(String(line), /^\[.*\] WARN: seen \{"vault":"billing"\}\n$/);
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

  it('is all that a package of it holds, beside its contract and its documents', async () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = await promisify(execFile)('npm', args);
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const others = files.filter(
      ({ path }) => !/^(?:dist|docs|schema)\/|^(?:[A-Z]+(?:\.md)?|package\.json)$/.test(path),
    );
    assert.deepEqual(others, []);
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

  it('lists what GraphiQL’s files and Cedar’s wasm are made of, each of which is to be seen in their bytes', async () => {
    const nested = nestedIn(dist);
    const explorer = readdirSync(join(dist, 'explorer'))
      .map((file) => gunzipSync(readFileSync(join(dist, 'explorer', file))).toString('utf8'))
      .join('');
    const wasm = readFileSync(join(dist, 'cedar_wasm_bg.wasm'), 'latin1');
    const [page = [], cedar = []] = [nested.get('render-graphiql'), nested.get('cedar-wasm')];
    assert.deepEqual(
      page.map(({ purl }) => purl.replace('pkg:npm/', '')),
      PAGE,
    );
    assert.deepEqual(
      page.filter(({ licenses, version = '' }) => !licenses || !explorer.includes(version)),
      [],
    );
    assert.deepEqual(
      [cedar.length, cedar.filter(({ name, version }) => !wasm.includes(`/${name}-${version}/`))],
      [28, []],
    );
    assert.ok(cedar.some(({ purl }) => purl === 'pkg:cargo/serde_json@1.0.151'));
    assert.deepEqual(
      [...page, ...cedar].filter(
        ({ version, properties }) => (version === undefined) !== isDeepStrictEqual(properties, UNTOLD),
      ),
      [],
    );
    assert.equal(nestedIn(bare).has('render-graphiql'), false);
  });

  it('is a valid bill with them, and hands on their names and what their authors asked to be kept', async () => {
    const bill = readFileSync(join(dist, 'sbom.cdx.json'), 'utf8');
    const texts = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    assert.equal(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(bill), null);
    for (const text of [
      'dompurify (3.1.7): (MPL-2.0 OR Apache-2.0)',
      'memchr (2.8.3): licence not told',
      'github.com/microsoft/monaco-editor/blob/main/LICENSE.txt',
    ])
      assert.ok(texts.includes(text), text);
  });

  it('fails where a sign of what the page holds is gone', () => {
    assert.throws(() => partsOfExplorer(['nothing']), /show no sign of @floating-ui\/react/);
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

const PAGE = [
  ...['%40floating-ui/react', '%40headlessui/react', '%40radix-ui/react-popper', 'dompurify@3.1.7', 'framer-motion'],
  ...['graphiql', 'graphql-language-service@5.5.1', 'graphql@17.0.2', 'markdown-it', 'monaco-editor@0.52.2'],
  ...['monaco-graphql@1.8.0', 'nullthrows@1.1.1', 'picomatch-browser@2.2.6', 'prettier@3.6.2', 'punycode@2.3.1'],
  ...['react-dom@19.2.0', 'react@19.2.0', 'vscode-languageserver-types@3.17.5'],
];

const UNTOLD = [{ name: 'azure-graphql-gateway:version', value: 'not told by the files that hold it' }];

interface Component {
  readonly name: string;
  readonly version?: string;
  readonly purl: string;
  readonly licenses?: readonly object[];
  readonly properties?: readonly object[];
  readonly components?: readonly Component[];
}

function nestedIn(folder: string): Map<string, readonly Component[]> {
  const bill = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as { components: Component[] };
  return new Map(bill.components.flatMap(({ name, components }) => (components ? [[name, components]] : [])));
}

const compiledBy = ({ said }: { said(): { 'standard error': string } }) =>
  /wasm modules compiled: (\d)/.exec(said()['standard error'])?.[1];

// As the tests know it to be.
// biome-ignore lint/suspicious/noExplicitAny: an answer of GraphQL.
type Answered = Record<'data' | 'errors', any>;

async function ask(url: string, exports: Environment, application: string, query: string) {
  const headers = { 'content-type': 'application/json', authorization: await signIn(exports, application) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return (await answer.json()) as Answered;
}

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
