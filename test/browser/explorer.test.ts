import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, afterEach, before, it } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { tabs } from '../../src/graphql/explorer/tabs.ts';
import { type Demo, eventually, PATIENCE_IN_MS, startDemo } from './demo.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

let demo: Demo;
let browser: Browser;
// What the console says, and each request to another origin than the gateway's. Every test ends with none.
const complaints: string[] = [];

if (!existsSync(CHROMIUM)) {
  process.stderr.write(`No browser at ${CHROMIUM}: apt-get install chromium, or set CHROMIUM_PATH.\n`);
  process.exit(1);
}

before(async () => {
  demo = await startDemo();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

afterEach(() => assert.deepEqual(complaints.splice(0), []));

for (const [how, press] of [
  ['Ctrl-Enter', (page: Page) => page.keyboard.press('Control+Enter')],
  ['the play button', play],
] as const) {
  it(`runs a typed query with ${how} and shows the answer`, async () => {
    const { page } = await open();
    await type(page, '{ resourceGroup(name: "rg-aks-prod") { name } }');
    assert.deepEqual(await run(page, press), { data: { resourceGroup: { name: 'rg-aks-prod' } } });
    await page.locator('.result-window').getByText('"rg-aks-prod"').waitFor();
  });
}

it('answers Ada the example of every tab, or says why not', async () => {
  const { page } = await open();
  const told: Record<string, string[]> = {};
  for (const [index] of tabs(new Date()).entries()) {
    await openTab(page, index);
    const { errors = [] } = await run(page);
    const [name = ''] = await page.getByRole('tab', { selected: true }).allInnerTexts();
    told[name] = errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code);
  }
  assert.deepEqual(told, {
    GroupsAndSecret: ['FORBIDDEN'],
    Viewer: [],
    Estate: [],
    GroupsByTag: [],
    SecretProperties: ['FORBIDDEN'],
    SecretsExpiring: [],
    WhatThereIs: [],
    Orphans: [],
    UntaggedGroups: [],
    WhatAClusterTouches: [],
    SecretVersions: ['FORBIDDEN'],
  });
});

it('signs in by what is behind the # of the link, and keeps that out of address, server and storage', async () => {
  const { page, operations, urls } = await open();
  const token = new URLSearchParams(new URL(demo.url).hash.slice(1)).get('authorization') ?? '';
  const sent = page.waitForRequest((request) => request.headers().authorization === token);
  await openTab(page, 1);
  const [, { data }] = await Promise.all([sent, run(page)]);
  assert.deepEqual(data.viewer.roles, ['Estate.Reader']);
  assert.equal(page.url(), address());
  assert.deepEqual(operations, ['IntrospectionQuery', 'Viewer']);
  assert.doesNotMatch(`${urls.join()} ${await stored(page)}`, /Bearer|eyJ/);
});

it('completes a field from the schema', async () => {
  const { page } = await open();
  await type(page, '{ resourceG');
  await page.locator('.suggest-widget').getByText('resourceGroups').first().waitFor();
});

it('opens the same tabs after a reload, and no other', async () => {
  const { page } = await open();
  await eventually('the tabs are stored', async () => (await stored(page)).includes('activeTabIndex'));
  await Promise.all([answered(page), page.reload()]);
  assert.equal(await page.getByRole('tab').count(), tabs(new Date()).length);
});

it('comes back after a reload in the tab that was open, and runs nothing by itself', async () => {
  const { page, operations } = await open();
  await openTab(page, 3);
  await Promise.all([answered(page), page.reload()]);
  assert.deepEqual(await page.getByRole('tab', { selected: true }).allInnerTexts(), ['GroupsByTag']);
  assert.equal(page.url(), address());
  assert.deepEqual(operations, ['IntrospectionQuery', 'IntrospectionQuery']);
});

it('sends a typed header, and keeps neither it nor an answer in the browser', async () => {
  const { page } = await open();
  await page.getByRole('button', { name: 'Headers' }).click();
  await page.locator('.graphiql-editor-tool .graphiql-editor:visible').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText('{ "x-typed": "by hand" }');
  const sent = page.waitForRequest((request) => request.headers()['x-typed'] === 'by hand');
  await Promise.all([sent, run(page)]);
  await openTab(page, 1);
  assert.doesNotMatch(await stored(page), /by hand|MSI Secret/);
});

/** GraphiQL in a fresh profile, and the name of each operation that it has sent. */
async function open() {
  const context = await browser.newContext({ viewport: { width: 1400, height: 850 } });
  context.setDefaultTimeout(PATIENCE_IN_MS);
  const page = await context.newPage();
  const [operations, urls]: [string[], string[]] = [[], []];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  context.on('request', (request) => {
    if (!request.url().startsWith(new URL('/', demo.url).href)) complaints.push(`foreign: ${request.url()}`);
    urls.push(request.url());
    if (request.method() === 'POST') operations.push(request.postDataJSON().operationName);
  });
  await Promise.all([answered(page), page.goto(demo.url)]);
  return { page, operations, urls };
}

const address = () => demo.url.split('#')[0];

const answered = (page: Page) => page.waitForResponse((response) => response.request().method() === 'POST');

async function run(page: Page, press: (page: Page) => Promise<void> = play) {
  const [response] = await Promise.all([answered(page), press(page)]);
  return response.json();
}

function play(page: Page): Promise<void> {
  return page.locator('.graphiql-execute-button').click();
}

/** Types over the open tab's query, and waits until GraphiQL has seen it: until then it would run the old operation. */
async function type(page: Page, query: string): Promise<void> {
  await page.locator('.graphiql-query-editor .view-lines').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type(query);
  await page.getByRole('tab', { selected: true }).getByText('<untitled>').waitFor();
}

/** Opens a tab, and waits until GraphiQL has stored that, which it does last. */
async function openTab(page: Page, index: number): Promise<void> {
  await page.getByRole('tab').nth(index).click();
  await eventually(`tab ${index} is open`, async () => (await stored(page)).includes(`activeTabIndex\\":${index}`));
}

const stored = async (page: Page) => String(await page.evaluate('JSON.stringify([localStorage, sessionStorage])'));
