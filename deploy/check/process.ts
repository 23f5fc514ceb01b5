import type { Finding } from './finding.ts';
import type { Setting } from './settings.ts';

/** What OpenTelemetry's SDK reads here, where `OTEL_EXPORTER_OTLP_ENDPOINT` has it loaded; of all else it says nothing. */
export const READ_BY_OPENTELEMETRY: readonly string[] = [
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_SERVICE_NAME',
  ...['OTEL_EXPORTER_OTLP', 'OTEL_EXPORTER_OTLP_TRACES'].flatMap((prefix) =>
    ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY', 'COMPRESSION', 'ENDPOINT', 'HEADERS', 'TIMEOUT'].map(
      (name) => `${prefix}_${name}`,
    ),
  ),
];

/** What Node and the SDKs read beside the gateway's own. */
const READ: readonly string[] = [
  ...['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'TZ', 'NO_PROXY', 'AZURE_AUTHORITY_HOST'],
  ...['AZURE_POD_IDENTITY_AUTHORITY_HOST', ...READ_BY_OPENTELEMETRY],
];

export const isReadByProcess = (name: string): boolean => READ.includes(name);

const IDENTITY_ENDPOINT = '169.254.169.254';
const ENTRA =
  /^https:\/\/login\.(?:microsoftonline\.com|microsoftonline\.us|partner\.microsoftonline\.cn|chinacloudapi\.cn)(?:\/|$)/;
// Memory, authorities and names. Others open a debugger's port, load code or weaken TLS.
const NODE_OPTION =
  /^--(?:max-old-space-size(?:-percentage)?=\d+|max-semi-space-size=\d+|use-system-ca|use-openssl-ca|use-bundled-ca|dns-result-order=\w+|tls-min-v1\.[23])$/;

/** What those do with their values, as far as it matters who else could reach or read something by it. */
export function checkProcess(settings: ReadonlyMap<string, Setting>): Finding[] {
  return [
    ...checkNodeOptions(settings.get('NODE_OPTIONS')),
    ...checkProxy(settings.get('NO_PROXY')),
    ...checkAuthorities(settings),
  ];
}

function checkNodeOptions(options: Setting | undefined): Finding[] {
  const given = options?.value.split(/\s+/).filter((option) => option !== '') ?? [];
  return given
    .filter((option) => !NODE_OPTION.test(option))
    .flatMap(
      (option) => options?.place.wrong(`"${option}" is no option for production: give sizes, CAs or DNS order.`) ?? [],
    );
}

/** Whoever is asked for tokens in Azure's place gets the identity's, or gives others. */
function checkAuthorities(settings: ReadonlyMap<string, Setting>): Finding[] {
  const [entra, endpoint] = ['AZURE_AUTHORITY_HOST', 'AZURE_POD_IDENTITY_AUTHORITY_HOST'].map((name) =>
    settings.get(name),
  );
  return [
    ...(entra?.value && !ENTRA.test(entra.value)
      ? [entra.place.wrong("it is none of Entra ID's: leave it out, and AZURE_CLOUD says which.")]
      : []),
    ...(endpoint?.value && !/^http:\/\/169\.254\.169\.254\/?$/.test(endpoint.value)
      ? [
          endpoint.place.wrong(
            `the identity's tokens would come from there: leave it out, and it is ${IDENTITY_ENDPOINT}.`,
          ),
        ]
      : []),
  ];
}

function checkProxy(exempt: Setting | undefined): Finding[] {
  const hosts = exempt?.value.split(/[\s,]+/) ?? [];
  if (!exempt?.value || hosts.some((host) => host === IDENTITY_ENDPOINT || host === '*')) return [];
  return [exempt.place.wrong(`${IDENTITY_ENDPOINT} is not in it: the identity endpoint would be asked by the proxy.`)];
}
