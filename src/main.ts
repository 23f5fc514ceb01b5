import { createApp } from './app.ts';
import { createAudit } from './audit.ts';
import { createClients } from './azure/clients.ts';
import { createCallers } from './caller.ts';
import { ConfigError, readConfig } from './config.ts';
import { loadPolicy, PolicyError } from './policy.ts';
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
  // Where AKS has set it, the SDK's managed identity would exchange that token, whatever AZURE_CREDENTIAL says.
  if (config.credential.kind === 'managed-identity') delete process.env.AZURE_FEDERATED_TOKEN_FILE;
  const log = createLog(config.logLevel, process.stderr);
  const policy = await loadPolicy({ file: config.accessPolicyFile, defaultVault: config.vaultName }, log);
  const audit = await createAudit(config.audit, log, process.stdout);
  const clients = createClients(config, log);
  const app = createApp(config, { clients, policy, audit, callers: createCallers(config.callers, log) }, log);
  const server = await listen(config, app, log).catch(async (error) => {
    await audit.close();
    throw error;
  });
  // A terminal's Ctrl-C comes twice where npm passes it on as well: only the first counts.
  let isStopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    if (isStopping) return;
    isStopping = true;
    log.info({ event: 'stopping', signal });
    await server.close();
    policy.close();
    await audit.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  if (config.callers.issuers.length === 0 && !policy.grantsAnonymous()) log.warn(everyQueryRefused());
  log.info({ event: 'listening', url: `${server.url}/graphql`, credential: config.credential.kind });
}

function everyQueryRefused() {
  return {
    event: 'every-query-refused',
    message: 'No caller can sign in and anonymous is granted nothing: set CALLER_ISSUERS and CALLER_AUDIENCE.',
  };
}

/** One line a complaint, each with what to do; no stack trace. */
function complaints(error: unknown): string {
  if (error instanceof ConfigError || error instanceof PolicyError)
    return error.complaints.map((complaint) => `- ${complaint}`).join('\n');
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `- PORT ${process.env.PORT ?? 8080} is taken: stop what uses it, or set PORT.`;
  if (code === 'EACCES') return `- PORT ${process.env.PORT} may not be opened by this user: set a PORT above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `- HOST ${process.env.HOST} is not an address here.`;
  if (code?.startsWith('ERR_OSSL') || code?.startsWith('ERR_TLS') || code === 'EISDIR') {
    return `- TLS_CERT_FILE and TLS_KEY_FILE cannot be used (${code}): give a PEM certificate chain and its key.`;
  }
  return `- ${message}`;
}
