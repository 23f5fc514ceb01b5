import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';
import { rootValue, sdl, told } from './groups.mjs';

const handler = createHandler({ schema: buildSchema(sdl), rootValue });
const server = createServer(handler).listen(0, '127.0.0.1', () => told(server.address().port));
