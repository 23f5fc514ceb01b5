import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import * as graphiql from '@graphql-yoga/render-graphiql/graphiql';
import { buildSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { tabs } from '../src/graphql/explorer/tabs.ts';
import { createExplorer } from '../src/graphql/explorer.ts';

const explorer = createExplorer({ endpoint: '/graphql', assetsPath: '/graphql/assets' });

it("answers a browser with GraphiQL's page, not to be kept, framed or referred from", async () => {
  const { status, headers } = await ask('/graphql', { accept: 'application/xhtml+xml,text/html;q=0.9' });
  const policy = headers.get('content-security-policy')?.replace(/'nonce-[\w+/]{22}=='/, 'NONCE');
  assert.equal(status, 200);
  assert.deepEqual(Object.fromEntries([...headers, ['content-security-policy', policy]]), {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'content-security-policy':
      "default-src 'none'; script-src NONCE; style-src 'self' 'unsafe-inline'; font-src data:; img-src data:; " +
      "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  });
});

it('gives each page a nonce of its own, on each of its scripts', async () => {
  const [one, other] = await Promise.all([openPage(), openPage()]);
  assert.deepEqual(noncesIn(one.html), [one.nonce, one.nonce]);
  assert.deepEqual(noncesIn(other.html), [other.nonce, other.nonce]);
  assert.notEqual(one.nonce, other.nonce);
});

it('names no foreign host in the page but in an example, and keeps it small', async () => {
  const { html } = await openPage();
  assert.deepEqual(
    new Set(html.match(/(?:\/\/|%2F%2F)[\w.-]+/gi)),
    new Set(['%2F%2Fwww.w3.org', '//www.w3.org', '//contoso-vault.vault.azure.net']),
  );
  assert.ok(html.length < 8_000, `${html.length} characters`);
});

it('serves each file that the page names compressed, to be kept for ever and to call nobody', async () => {
  const { files } = await openPage();
  const answers = await Promise.all(files.map((file) => ask(file, { 'accept-encoding': 'br, gzip' })));
  const kinds = answers.map(({ headers }) =>
    ['content-encoding', 'vary', 'cache-control', 'content-security-policy'].map((name) => headers.get(name)),
  );
  const wanted = ['gzip', 'accept-encoding', 'public, max-age=31536000, immutable', "default-src 'none'"];
  assert.deepEqual(kinds, Array(6).fill(wanted));
});

it("serves the package's own files, unpacked to who takes no gzip", async () => {
  const { files } = await openPage();
  const texts = await Promise.all(
    files.map(async (file) => (await ask(file, { 'accept-encoding': 'gzip;q=0' })).text()),
  );
  const { favicon: _unused, ...wanted } = graphiql;
  const missing = Object.entries(wanted)
    .filter(([, text]) => !texts.includes(text))
    .map(([name]) => name);
  assert.deepEqual(missing, []);
});

it('answers 404 for a file that it does not have', async () => {
  const names = ['graphiql-0000000000000000.js', 'graphiql.js', '..%2fpackage.json', ''];
  const answers = await Promise.all(names.map((name) => ask(`/graphql/assets/${name}`, {})));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [404, 404, 404, 404],
  );
});

it('answers HEAD as GET without its body', async () => {
  const [file = ''] = (await openPage()).files;
  const get = await ask(file, { 'accept-encoding': 'gzip' });
  const head = await ask(file, { 'accept-encoding': 'gzip' }, 'HEAD');
  assert.deepEqual([head.status, ...head.headers], [get.status, ...get.headers]);
  assert.equal(head.body, null);
});

for (const [what, path, accept, method] of [
  ['a query in the URL', '/graphql?query={__typename}', 'text/html', 'GET'],
  ['a client that wants JSON', '/graphql', 'application/json', 'GET'],
  ['a POST', '/graphql', 'text/html', 'POST'],
  ['another path', '/livez', 'text/html', 'GET'],
  ['a path that only begins alike', '/graphql/assets-of-another', 'text/html', 'GET'],
] as const) {
  it(`leaves ${what} to the next`, async () => {
    const request = new Request(`http://127.0.0.1${path}`, { method, headers: { accept } });
    assert.equal(await explorer(request), undefined);
  });
}

it('escapes what it writes into the page', async () => {
  const path = '/"></script><script>alert(1)</script>';
  const hostile = createExplorer({ endpoint: '/graphql', assetsPath: path });
  const answer = await hostile(new Request('http://127.0.0.1/graphql', { headers: { accept: 'text/html' } }));
  assert.equal((await answer?.text())?.match(/<script/g)?.length, 3);
});

for (const { query, variables = '{}' } of tabs(new Date())) {
  const document = parse(query);
  const operation = getOperationAST(document);

  it(`offers ${operation?.name?.value}, which the schema can answer and a comment explains`, () => {
    assert.deepEqual(validate(schema(), document), []);
    assert.equal(
      getVariableValues(schema(), operation?.variableDefinitions ?? [], JSON.parse(variables)).errors,
      undefined,
    );
    assert.match(query, /^(# .{20,72}\n){1,2}query \w+/);
  });
}

it('asks for what expires within 30 days of now', () => {
  const { variables = '' } =
    tabs(new Date('2026-12-15T08:30:00Z')).find(({ query }) => query.includes('$before')) ?? {};
  assert.deepEqual(JSON.parse(variables), { before: '2027-01-14T08:30:00Z' });
});

async function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<Response> {
  const answer = await explorer(new Request(`http://127.0.0.1${path}`, { method, headers }));
  assert.ok(answer, `${method} ${path} is the explorer's to answer`);
  return answer;
}

async function openPage(): Promise<{ html: string; nonce: string | undefined; files: string[] }> {
  const page = await ask('/graphql', { accept: 'text/html' });
  const html = await page.text();
  const nonce = page.headers.get('content-security-policy')?.match(/'nonce-([^']+)'/)?.[1];
  return { html, nonce, files: html.match(/\/graphql\/assets\/[\w.-]+/g) ?? [] };
}

const noncesIn = (html: string) => [...html.matchAll(/<script nonce="([^"]*)"/g)].map(([, nonce]) => nonce);

function schema() {
  const directory = new URL('../schema/', import.meta.url);
  const files = readdirSync(directory).filter((name) => name.endsWith('.graphql'));
  return buildSchema(files.map((name) => readFileSync(new URL(name, directory), 'utf8')).join('\n'));
}
