import { createApp } from './app.ts';
import { createClients } from './azure/clients.ts';
import { ConfigError, readConfig } from './config.ts';
import { listen } from './server.ts';
import { createLog } from './telemetry.ts';

try {
  await start();
} catch (error) {
  process.stderr.write(`azure-graphql-gateway cannot start:\n${complaints(error)}\n`);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel, process.stderr);
  const server = await listen(config, createApp(config, createClients(config, log), log), log);
  log.info({ event: 'listening', url: `${server.url}/graphql`, credential: config.credential.kind });

  const stop = async (signal: NodeJS.Signals) => {
    log.info({ event: 'stopping', signal });
    await server.close();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** One line a complaint, each with what to do; no stack trace. */
function complaints(error: unknown): string {
  if (error instanceof ConfigError) return error.complaints.map((complaint) => `- ${complaint}`).join('\n');
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `- PORT ${process.env.PORT ?? 8080} is taken: stop what uses it, or set PORT.`;
  if (code === 'EACCES') return `- PORT ${process.env.PORT} may not be opened by this user: set a PORT above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `- HOST ${process.env.HOST} is not an address here.`;
  if (code?.startsWith('ERR_OSSL') || code?.startsWith('ERR_TLS')) {
    return `- TLS_CERT_FILE and TLS_KEY_FILE cannot be used (${code}): give a PEM certificate chain and its key.`;
  }
  return `- ${message}`;
}
