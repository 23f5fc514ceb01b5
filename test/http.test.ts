import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { serverAudits } from 'graphql-http';
import { readConfig } from '../src/config.ts';
import { listen, type Server } from '../src/server.ts';
import { createLog } from '../src/telemetry.ts';
import { arrival, gatewayOver, TESTER } from './support/gateway.ts';

const gateway = await gatewayOver();
const authorization = await gateway.authorizationOf(TESTER);
const silent = createLog('silent', { write() {} });
let server: Server;

before(async () => {
  server = await listen(readConfig({ PORT: '0' }), gateway.app, silent);
});
after(() => server.close());

// The audits ask as a caller does who is signed in.
const signedIn: typeof fetch = (url, init = {}) => fetch(url, { ...init, headers: { ...init.headers, authorization } });

describe('GraphQL over HTTP', () => {
  for (const audit of serverAudits({ url: () => `${server.url}/graphql`, fetchFn: signedIn })) {
    it(audit.name, async () => {
      const { status, reason } = (await audit.fn()) as { status: string; reason?: string };
      assert.equal(status, 'ok', reason);
    });
  }
});

describe('a request that cannot be run', () => {
  const json = { 'content-type': 'application/json' };
  const post = (body: string, headers: Record<string, string> = json) => ({ method: 'POST', headers, body });
  const requests: Record<string, [path: string, init: RequestInit, status: number, code: string]> = {
    'JSON that is none': ['/graphql', post('{"query":'), 400, 'BAD_REQUEST'],
    'a body that is no object': ['/graphql', post('"{ __typename }"'), 400, 'BAD_REQUEST'],
    'no body': ['/graphql', post(''), 400, 'BAD_REQUEST'],
    'an array of operations': ['/graphql', post('[{"query":"{ __typename }"}]'), 400, 'BAD_REQUEST'],
    'no query': ['/graphql', post('{}'), 400, 'BAD_REQUEST'],
    'another parameter': ['/graphql', post('{"query":"{ __typename }","x":1}'), 400, 'BAD_REQUEST'],
    'a body of 300,001 bytes': ['/graphql', post('{"query":"{ __typename }"}'.padEnd(300_001)), 413, 'BAD_REQUEST'],
    'text/plain': ['/graphql', post('{ __typename }', { 'content-type': 'text/plain' }), 415, 'BAD_REQUEST'],
    'a form': [
      '/graphql',
      { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) },
      415,
      'BAD_REQUEST',
    ],
    'a query without a word': ['/graphql', post('{"query":""}'), 400, 'GRAPHQL_PARSE_FAILED'],
    'a query that is no text': ['/graphql', post('{"query":1}'), 400, 'BAD_REQUEST'],
    'variables that are no object': ['/graphql', post('{"query":"{ __typename }","variables":[]}'), 400, 'BAD_REQUEST'],
    'an operationName that is no text': [
      '/graphql',
      post('{"query":"{ __typename }","operationName":1}'),
      400,
      'BAD_REQUEST',
    ],
    'a document without an operation': [
      '/graphql',
      post('{"query":"fragment A on Query { __typename }"}'),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    'a query that does not parse': ['/graphql', post('{"query":"{"}'), 400, 'GRAPHQL_PARSE_FAILED'],
    'an unknown field': ['/graphql', post('{"query":"{ nope }"}'), 400, 'GRAPHQL_VALIDATION_FAILED'],
    'an argument of the wrong type': [
      '/graphql',
      post('{"query":"{ secret(name: 1) { value } }"}'),
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    'a variable of the wrong type': [
      '/graphql',
      post('{"query":"query ($name: String!) { secret(name: $name) { value } }","variables":{"name":["canary-4711"]}}'),
      400,
      'BAD_USER_INPUT',
    ],
    'an operation that is not there': [
      '/graphql',
      post('{"query":"query a { __typename }","operationName":"b"}'),
      400,
      'BAD_USER_INPUT',
    ],
    'variables in the URL that are no JSON': [
      '/graphql?query={__typename}&variables={canary-4711',
      {},
      400,
      'BAD_REQUEST',
    ],
    'another method': ['/graphql', { method: 'PUT', headers: json, body: '{}' }, 405, 'BAD_REQUEST'],
    'another path': ['/metrics', {}, 404, 'BAD_REQUEST'],
  };
  for (const [what, [path, init, status, code]] of Object.entries(requests)) {
    it(`is told so, at no cost: ${what}`, async () => {
      const response = await fetch(server.url + path, init);
      const answer = await response.json();
      assert.equal(response.status, status);
      assert.deepEqual(answer.errors.map(codeOf), [code]);
      assert.doesNotMatch(JSON.stringify(answer), /canary/);
      assert.deepEqual(gateway.upstream(), []);
    });
  }

  it('is told so where the body comes in chunks without a length', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    const init = { method: 'POST', headers: json, body, duplex: 'half' } as RequestInit;
    const response = await gateway.app(new Request('http://gateway.test/graphql', init));
    assert.equal(response.status, 413);
  });
});

describe('the front', () => {
  const hosts = ['b a d', '[', 'a/b', '', 'x:99999999', 'x:65536', '[1]', '999.999.1.1'].map((host) => `Host: ${host}`);
  for (const host of hosts) {
    it(`answers no stack trace to "${host}"`, async () => {
      const answer = await raw(`GET /graphql?query={__typename} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.doesNotMatch(answer, /at .*\.(js|ts)|node_modules/);
    });
  }

  it('answers no stack trace to a target that is no path', async () => {
    const answer = await raw('GET http:// HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 /);
  });

  it('runs nothing for who can take no answer', async () => {
    const headers = { 'content-type': 'application/json', accept: 'image/png', authorization };
    const init = {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: '{ secret(name: "SampleSecret") { value } }' }),
    };
    const response = await fetch(`${server.url}/graphql`, init);
    assert.deepEqual([response.status, codeOf((await response.json()).errors[0])], [406, 'BAD_REQUEST']);
    assert.deepEqual(gateway.upstream(), []);
  });

  it('lets no cache keep an answer to who would take it streamed', async () => {
    const headers = { accept: 'text/event-stream, application/json', authorization };
    const response = await fetch(`${server.url}/graphql?query={__typename}`, { headers });
    await response.text();
    assert.equal(response.headers.get('cache-control'), 'no-store');
  });

  it('lets no cache keep an answer, and echoes a request id', async () => {
    const { headers } = await fetch(`${server.url}/graphql?query={__typename}`, {
      headers: { 'x-request-id': 'mine-1' },
    });
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('x-request-id'), 'mine-1');
  });

  it('gives a request id of its own in the place of an odd one', async () => {
    const headers = { 'x-request-id': 'a b"c' };
    const response = await fetch(`${server.url}/graphql?query={__typename}`, { headers });
    assert.match(response.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('allows no other origin', async () => {
    const { headers } = await fetch(`${server.url}/graphql?query={__typename}`, {
      headers: { origin: 'https://else.example' },
    });
    assert.deepEqual(
      [...headers.keys()].filter((name) => name.startsWith('access-control')),
      [],
    );
  });

  it('ends the work upstream when its caller hangs up', async () => {
    gateway.azure.addFault({ service: 'arm', delayInMs: 60_000 });
    const caller = new AbortController();
    const arrived = arrival(gateway.azure, (url) => url.includes('/resourcegroups'));
    const body = JSON.stringify({ query: '{ resourceGroups { name } }' });
    const headers = { 'content-type': 'application/json', authorization };
    const init = { method: 'POST', headers, body, signal: caller.signal };
    const answer = fetch(`${server.url}/graphql`, init);
    await arrived;
    caller.abort();
    await assert.rejects(answer);
    while (gateway.azure.calls.at(-1)?.service !== 'arm') await new Promise(setImmediate);
    assert.equal(gateway.azure.calls.at(-1)?.status, 0);
  });
});

const codeOf = ({ extensions }: { extensions: { code: string } }) => extensions.code;

function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', reject);
  });
}
