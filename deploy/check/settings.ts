import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from '../../src/config.ts';
import type { Finding } from './finding.ts';
import type { Place } from './place.ts';
import { checkProcess, isReadByProcess } from './process.ts';

export interface Setting {
  readonly value: string;
  readonly place: Place;
  /** Whether the value is held elsewhere, and no file has it. */
  readonly isSecret?: boolean;
}

/** What a deployment in production decides, and a default would decide wrongly. */
const REQUIRED: Readonly<Record<string, string>> = {
  HOST: 'by default the gateway listens to its own machine alone: give 0.0.0.0.',
  PORT: 'give the port that probes and callers find.',
  METRICS_PORT: 'give 9464, or 0 for none.',
  CALLER_ISSUERS: 'without it every caller is anonymous, and reads nothing.',
  CALLER_AUDIENCE: 'without it every caller is anonymous, and reads nothing.',
  ACCESS_POLICY: 'give the mounted policy file.',
  AZURE_CREDENTIAL: 'name the credential, so that a wrong one is told at the start.',
  AUDIT_KEY: 'without it the audit proves nothing against whoever can write it.',
  NO_PROXY: 'a proxy that is set beside it, as a cluster may, would be asked for the identity: give 169.254.169.254.',
};
const SECRETS = ['AUDIT_KEY', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'];

/** Compares settings with `src/config.ts`: none is unknown, none is missing, and the gateway would start with their values. */
export function checkSettings(settings: ReadonlyMap<string, Setting>, where: Place): Finding[] {
  return [
    ...checkNames(settings, where),
    ...checkValues(settings, where),
    ...checkProduction(settings),
    ...checkProcess(settings),
  ];
}

/** That each is one that is read, that none is missing, and that what is secret is held elsewhere. */
export function checkNames(settings: ReadonlyMap<string, Setting>, where: Place): Finding[] {
  return [
    ...[...settings].flatMap(([name, { place }]) =>
      isRead(name) ? [] : [place.wrong(`the gateway reads no ${name}: README.md has its settings.`)],
    ),
    ...Object.entries(REQUIRED).flatMap(([name, why]) =>
      settings.get(name)?.value ? [] : [where.wrong(`${name} is absent: ${why}`)],
    ),
    ...SECRETS.flatMap((name) => {
      const setting = settings.get(name);
      return setting && !setting.isSecret
        ? [setting.place.wrong(`${name} is a secret, and everybody who sees this can read it.`)]
        : [];
    }),
  ];
}

/** Every setting that `readConfig` asks for, on whichever way. */
const READ: ReadonlySet<string> = new Set(['managed-identity', 'workload-identity'].flatMap(namesReadWith));

function namesReadWith(credential: string): string[] {
  const names: string[] = ['AZURE_CREDENTIAL'];
  const settings: Record<string, string | undefined> = { AZURE_CREDENTIAL: credential };
  const env = new Proxy(settings, {
    get(target, name) {
      names.push(String(name));
      return Reflect.get(target, name);
    },
  });
  complaintsOf(env);
  return names;
}

const isRead = (name: string): boolean => READ.has(name) || isReadByProcess(name);

function checkValues(settings: ReadonlyMap<string, Setting>, where: Place): Finding[] {
  const env = Object.fromEntries(
    [...settings].map(([name, { value }]) => [name, value.startsWith('/') ? A_FILE : value]),
  );
  return complaintsOf(env).map((complaint) => {
    const name = /^[A-Z_]+/.exec(complaint)?.[0] ?? '';
    return (settings.get(name)?.place ?? where).wrong(complaint);
  });
}

/** What the gateway takes, and only a developer wants. */
function checkProduction(settings: ReadonlyMap<string, Setting>): Finding[] {
  const [host, credential] = [settings.get('HOST'), settings.get('AZURE_CREDENTIAL')];
  const clientId = settings.get('AZURE_CLIENT_ID')?.value;
  const [level, certificate, key] = ['LOG_LEVEL', 'TLS_CERT_FILE', 'TLS_KEY_FILE'].map((name) => settings.get(name));
  return [
    ...checkCallers(settings),
    ...(level && /^(?:fatal|silent)$/.test(level.value)
      ? [level.place.wrong('nobody would hear of what fails: give info.')]
      : []),
    ...(key?.value && key.value === certificate?.value
      ? [key.place.wrong('it is the certificate: give its key.')]
      : []),
    ...(host && /^(?:127\.|localhost$|::1$)/.test(host.value)
      ? [host.place.wrong('its own machine alone reaches it there: give 0.0.0.0.')]
      : []),
    ...(credential?.value === 'developer'
      ? [credential.place.wrong('a developer is logged in on a machine of their own alone: give an identity.')]
      : []),
    ...(credential?.value === 'managed-identity' && !clientId
      ? [credential.place.wrong('AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.')]
      : []),
  ];
}

const OF_NO_TENANT = /^https:\/\/(?:login\.[\w.]+|sts\.[\w.]+)\/(?:common|organizations|consumers)\b/;
// Whoever takes tokens for Azure could use them there, and each person and program of the tenant has some.
const OF_AZURE =
  /^(?:https:\/\/)?(?:management\.|graph\.|vault\.|api\.kusto\.)[\w.-]+\/?$|^00000003-0000-0000-c000-000000000000$|AzureADTokenExchange/i;

/** Issuers that no token names, and audiences that are somebody else's. */
function checkCallers(settings: ReadonlyMap<string, Setting>): Finding[] {
  const [issuers, audiences] = ['CALLER_ISSUERS', 'CALLER_AUDIENCE'].map((name) => settings.get(name));
  const has = (setting: Setting | undefined, pattern: RegExp) =>
    setting?.value.split(/[\s,]+/).some((one) => pattern.test(one)) ? [setting.place] : [];
  return [
    ...has(issuers, OF_NO_TENANT).map((place) =>
      place.wrong("no token has that issuer: give your tenant's id in its place."),
    ),
    ...has(audiences, OF_AZURE).map((place) =>
      place.wrong("it is one of Azure's own: give the application's that callers.sh makes."),
    ),
  ];
}

/** Stands for each file of the container: whether that is there is not the settings' question. */
const A_FILE = fileURLToPath(import.meta.url);

function complaintsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.complaints;
    throw error;
  }
}
