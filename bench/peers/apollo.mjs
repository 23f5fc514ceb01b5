import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { rootValue, sdl, told } from './groups.mjs';

const resolvers = { Query: rootValue };
const server = new ApolloServer({ typeDefs: sdl, resolvers });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
told(new URL(url).port);
