import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { rootValue, sdl, told } from './groups.mjs';

const yoga = createYoga({ schema: createSchema({ typeDefs: sdl, resolvers: { Query: rootValue } }), logging: false });
const server = createServer(yoga).listen(0, '127.0.0.1', () => told(server.address().port));
