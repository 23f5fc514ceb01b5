import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import gateway from '../package.json' with { type: 'json' };
import { claim } from './alone.ts';
import { type Asker, createAsker } from './ask.ts';
import { coldStart, type Program } from './cold-start.ts';
import { complaintsAbout } from './contents.ts';
import { CACHE, type Engine, findEngine } from './engine.ts';
import { GATEWAY, type Gateway, startGateway } from './gateway.ts';
import { type Entry, readLayers } from './layers.ts';
import { underLoad } from './load.ts';
import { type Network, openNetwork } from './network.ts';
import { createReport } from './report.ts';
import { memoryOf, statusOf } from './status.ts';

const IMAGE = 'localhost/azure-graphql-gateway:verify';
const MB = 1e6;
const GROUPS = '{ resourceGroups { name } }';
const SECRET = '{ secret(name: "SampleSecret") { name value } }';
// Read anew each time, and so from a vault that can be made slow.
const SECRET_NOW = '{ secret(name: "SampleSecret", maxAgeSeconds: 0) { name value } }';
const SLOW_IN_MS = 3_000;

// What has been opened is closed in reverse, however this ends.
const closing: (() => Promise<unknown> | unknown)[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(130));

const report = createReport();
try {
  await verify();
} catch (error) {
  report.fail((error as Error).message);
}
await end(report.end() ? 0 : 1);

async function end(code: number): Promise<never> {
  for (const close of closing.splice(0).reverse()) await Promise.resolve(close()).catch(() => {});
  process.exit(code);
}

async function verify(): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new Error('It makes a network and mounts: run it as root (sudo -E npm run image:verify).');
  closing.push(await claim(CACHE));
  const folder = mkdtempSync(join(tmpdir(), 'gateway-image-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  const engine = await report.timed('engine ready', findEngine);
  await report.timed(`built by ${engine.name}`, () => build(engine));

  const root = join(folder, 'root');
  const program = await report.timed('image looked through', () => look(engine, folder, root));
  const network = await openNetwork(engine, IMAGE, folder);
  closing.push(network.close);
  const asker = createAsker(network.enter);
  closing.push(asker.close);
  await serve(engine, network, asker);
  await start(root, program, network, asker);
}

async function build(engine: Engine): Promise<void> {
  const base = process.env.BASE ? ['--build-arg', `BASE=${process.env.BASE}`] : [];
  const labels = ['--build-arg', `VERSION=${gateway.version}`];
  await engine.command('build', '--quiet', ...engine.buildFlags, ...base, ...labels, '--tag', IMAGE, '.');
}

/** Unpacks the image to `root`, and gives back what it starts. */
async function look(engine: Engine, folder: string, root: string): Promise<Program> {
  const config = JSON.parse(await engine.command('inspect', '--type', 'image', IMAGE))[0].Config;
  report.equal('user', config.User, '65532:65532');
  report.equal('stop signal', config.StopSignal, 'SIGTERM');
  const layers = await readLayers(engine, IMAGE, folder, root);
  report.equal('layers', String(layers.length), '3');
  const entries = layers.flatMap((layer) => layer.entries);
  report.none('nothing in it that must not be', complaintsAbout(entries, join(root, 'app/dist')));
  const [node, app, warm] = layers;
  const compressed = layers.reduce((sum, layer) => sum + layer.compressed, 0);
  const files = (of: readonly Entry[]) => of.filter(({ mode }) => !mode.startsWith('d')).length;
  report.figure(
    'node layer, compressed',
    (node?.compressed ?? 0) / MB,
    'MB',
    undefined,
    `${files(node?.entries ?? [])} files`,
  );
  report.figure('app layer, compressed', (app?.compressed ?? 0) / MB, 'MB', 4.6, `${files(app?.entries ?? [])} files`);
  report.figure(
    'kept of V8, compressed',
    (warm?.compressed ?? 0) / MB,
    'MB',
    undefined,
    `${files(warm?.entries ?? [])} files`,
  );
  report.figure('whole image, compressed', compressed / MB, 'MB', 52);
  report.figure('whole image, unpacked', layers.reduce((sum, layer) => sum + layer.bytes, 0) / MB, 'MB');
  const env = (config.Env as string[]).map((variable) => variable.split(/=(.*)/s));
  return { args: [...config.Entrypoint, ...(config.Cmd ?? [])], env: Object.fromEntries(env) };
}

async function serve(engine: Engine, network: Network, asker: Asker): Promise<void> {
  const running = await startGateway(engine, IMAGE, network, asker);
  closing.push(running.remove);
  const { status, body } = await running.query(undefined, '{ __typename }');
  report.equal('answers', `${status} ${body}`, '200 {"data":{"__typename":"Query"}}');
  const pid = await running.pid();
  const isKept = /cli\.js was accepted/.test(await running.log());
  report.equal("what is kept of V8's work", isKept ? 'counts' : 'does not count', 'counts');
  // With the pages of node's own file, as many of them as the kernel has in its cache: a quiet machine may show more than a busy one.
  report.figure('memory at start (RSS)', memoryOf(pid, 'VmRSS'), 'MB', 120);
  report.figure('of that without files', memoryOf(pid, 'RssAnon'), 'MB');
  report.equal(
    'runs as',
    `${statusOf(pid, 'Uid').split(/\s/)[0]}, capabilities ${statusOf(pid, 'CapEff')}, new privileges ${statusOf(pid, 'NoNewPrivs') === '1' ? 'no' : 'yes'}`,
    `65532, capabilities 0000000000000000, new privileges no`,
  );

  const [ada, billing] = await Promise.all([signIn(network, asker, 'ADA'), signIn(network, asker, 'BILLING_SERVICE')]);
  const groups = await running.query(ada, GROUPS);
  report.equal('groups, from management.azure.com', String(JSON.parse(groups.body).data?.resourceGroups?.length), '9');
  const secret = await running.query(billing, SECRET);
  report.equal(
    'a secret, from its vault',
    secret.body,
    '{"data":{"secret":{"name":"SampleSecret","value":"MSI Secret!"}}}',
  );
  const denied = await running.query(ada, SECRET);
  report.equal(
    'a secret that the policy denies',
    String(JSON.parse(denied.body).errors?.[0]?.extensions?.code),
    'FORBIDDEN',
  );

  await underLoad({ running, network, asker, report }, { ada, billing });
  await drains(running, network, asker, billing);
}

/** A query that is under way when the container is told to stop is answered, and the process ends well. */
async function drains(running: Gateway, network: Network, asker: Asker, billing: string): Promise<void> {
  const fault = { service: 'key-vault', delayInMs: SLOW_IN_MS, times: 1 };
  await asker.ask({ url: `${network.exports.LOCAL_AZURE_ADMIN}/faults`, method: 'POST', body: JSON.stringify(fault) });
  const slow = running.query(billing, SECRET_NOW);
  await Promise.race([
    isUnderWay(asker),
    slow.then(() => Promise.reject(new Error('The slow query was answered at once.'))),
  ]);
  await running.signal('TERM');
  const { status, body } = await slow;
  report.equal(
    'SIGTERM: the query under way',
    `${status} ${body}`,
    '200 {"data":{"secret":{"name":"SampleSecret","value":"MSI Secret!"}}}',
  );
  report.equal('SIGTERM: exit code', String(await running.ended()), '0');
}

async function isUnderWay(asker: Asker): Promise<void> {
  const until = performance.now() + SLOW_IN_MS;
  while (performance.now() < until) {
    const { body } = await asker.ask({ url: `${GATEWAY.replace('8080', '9464')}/metrics` });
    if (/^gateway_operations_in_flight 1$/m.test(body)) return;
  }
  throw new Error('The query that was to be under way at SIGTERM never was.');
}

async function start(root: string, program: Program, network: Network, asker: Asker): Promise<void> {
  const policy = '/app/policy.cedar';
  copyFileSync(network.policy, join(root, policy));
  const { bare, gateway } = await coldStart(root, program, policy, network, asker);
  report.figure('cold start to first answer ({ __typename })', gateway, 'ms');
  report.figure('the same of a bare node:http server', bare, 'ms');
  report.figure('ratio', gateway / bare, 'x', 3);
}

async function signIn({ exports }: Network, asker: Asker, application: string): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: exports[`${application}_CLIENT_ID`] ?? '',
    client_secret: exports[`${application}_CLIENT_SECRET`] ?? '',
    scope: `${exports.CALLER_AUDIENCE}/.default`,
  });
  const { body } = await asker.ask({
    url: `https://login.microsoftonline.com/${exports.AZURE_TENANT_ID}/oauth2/v2.0/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(form),
    ca: readFileSync(exports.NODE_EXTRA_CA_CERTS ?? '', 'utf8'),
  });
  return `Bearer ${JSON.parse(body).access_token}`;
}
