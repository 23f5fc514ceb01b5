import { connect } from 'node:net';

// The load, in a process of its own: raw sockets, so that what it spends does not slow the server that is measured.
process.on('message', async (task) => process.send(await offered(task)));

/** Keeps `connections` requests under way for so long; each connection asks its own share of `bodies` in turn. */
async function offered({ url, headers, bodies, connections, forMs }) {
  const { host, hostname, port } = new URL(url);
  const head = Object.entries({ host, 'content-type': 'application/json', ...headers });
  const requests = bodies.map((body) => {
    const lines = [...head, ['content-length', Buffer.byteLength(body)]].map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    return Buffer.from(`POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  });
  const startedAt = performance.now();
  const until = startedAt + forMs;
  let next = 0;
  let answered = 0;
  const worker = () =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname).setNoDelay(true);
      let received = [];
      let size = 0;
      let whole = 0;
      const ask = () => socket.write(requests[next++ % requests.length]);
      socket.on('connect', ask).on('error', reject);
      socket.on('data', (chunk) => {
        received.push(chunk);
        size += chunk.length;
        if (whole === 0) whole = lengthOf(Buffer.concat(received));
        if (size < whole || whole === 0) return;
        received = [];
        size = 0;
        whole = 0;
        answered += 1;
        if (performance.now() < until) return ask();
        socket.destroy();
        resolve();
      });
    });
  await Promise.all(Array.from({ length: connections }, worker));
  return { answered, ms: performance.now() - startedAt };
}

/** Bytes of the whole answer; 0: its head is not there yet. Every server here tells its content-length. */
function lengthOf(received) {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = received.toString('latin1', 0, end);
  if (!head.startsWith('HTTP/1.1 200')) throw new Error(head);
  return end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
}
