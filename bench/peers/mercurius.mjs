import Fastify from 'fastify';
import mercurius from 'mercurius';
import { rootValue, sdl, told } from './groups.mjs';

// A second argument: how often a query is seen before graphql-jit compiles it.
const jit = process.argv[3] ? { jit: Number(process.argv[3]) } : {};
const app = Fastify();
app.register(mercurius, { schema: sdl, resolvers: { Query: rootValue }, ...jit });
await app.listen({ port: 0, host: '127.0.0.1' });
told(app.server.address().port);
