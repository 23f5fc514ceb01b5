import { createServer } from 'node:http';

const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1', () => {
  console.error(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` }));
});
