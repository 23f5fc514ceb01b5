import { createServer } from 'node:http';
import { groups, told } from './groups.mjs';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { query } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (!query) return response.writeHead(400).end();
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ data: { resourceGroups: groups } }));
  });
}).listen(0, '127.0.0.1', () => told(server.address().port));
