import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { parentPort } from 'node:worker_threads';
import { gzip } from 'node:zlib';
import { css, editorWorkerService, graphqlWorker, js, jsonWorker } from '@graphql-yoga/render-graphiql/graphiql';

const SOURCES = {
  'graphiql.js': js,
  'graphiql.css': css,
  'editor-worker.js': editorWorkerService,
  'json-worker.js': jsonWorker,
  'graphql-worker.js': graphqlWorker,
  'browser.js': await readFile(new URL('./browser.js', import.meta.url), 'utf8'),
};

/** One of the page's files; its content's hash is in `file`, so that it may be cached for ever. */
export type Asset = {
  readonly name: keyof typeof SOURCES;
  readonly file: string;
  readonly contentType: string;
  readonly gzipped: Uint8Array<ArrayBuffer>;
};

parentPort?.postMessage(await Promise.all(Object.entries(SOURCES).map(([name, text]) => pack(name, text))));

async function pack(name: string, text: string): Promise<Omit<Asset, 'name'> & { name: string }> {
  const [stem, extension] = name.split('.');
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const contentType = extension === 'css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8';
  const gzipped = new Uint8Array(await promisify(gzip)(text));
  return { name, file: `${stem}-${hash}.${extension}`, contentType, gzipped };
}
