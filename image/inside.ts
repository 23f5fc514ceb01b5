import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

/** What is asked of the process that is in the network, one a line: it answers by the same id. */
export interface Question {
  readonly id: number;
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM, of the authority that signed the name's certificate. */
  readonly ca?: string;
  /** Ask with each of these instead of `body`, so many at a time, and count the answers that hold `expected`. */
  readonly bodies?: readonly string[];
  readonly atATime?: number;
  readonly expected?: string;
  /** Ask until it is answered with 2xx, so many ms at most. */
  readonly patienceInMs?: number;
}

export interface Answer {
  readonly id: number;
  readonly status: number;
  readonly body: string;
  readonly ms: number;
  readonly good: number;
}

const RETRY_IN_MS = 2;

if (import.meta.main) {
  for await (const line of createInterface({ input: process.stdin })) {
    const question: Question = JSON.parse(line);
    answer(question).then((told) => process.stdout.write(`${JSON.stringify({ ...told, id: question.id })}\n`));
  }
}

async function answer(question: Question): Promise<Omit<Answer, 'id'>> {
  const startedAt = performance.now();
  const { bodies = [question.body], atATime = 1, expected = '' } = question;
  const left = bodies.values();
  let good = 0;
  let last = { status: 0, body: '' };
  const worker = async () => {
    for (const body of left) {
      last = await patiently(question, body, startedAt);
      if (last.status === 200 && last.body.includes(expected)) good += 1;
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return { ...last, good, ms: performance.now() - startedAt };
}

async function patiently(
  question: Question,
  body: string | undefined,
  startedAt: number,
): Promise<{ status: number; body: string }> {
  for (;;) {
    const got = await once(question, body).catch((error: Error) => ({ status: 0, body: error.message }));
    const isOver = performance.now() - startedAt > (question.patienceInMs ?? 0);
    if (isOver || (got.status >= 200 && got.status < 300)) return got;
    await setTimeout(RETRY_IN_MS);
  }
}

// A name of Azure's is at this network's own address.
function once(question: Question, body: string | undefined): Promise<{ status: number; body: string }> {
  const { url, method = 'GET', headers, ca } = question;
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isTls = protocol === 'https:';
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const to = { host: '127.0.0.1', port: port || (isTls ? 443 : 80), path: pathname + search, method };
  const options = { ...to, headers: { host: hostname, ...headers }, ...(isTls && { ca, servername: hostname }) };
  const request = (isTls ? httpsRequest : httpRequest)(options, async (response) => {
    const chunks = await Array.fromAsync(response).catch(() => []);
    resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
  });
  request.on('error', reject).end(body);
  return promise;
}
