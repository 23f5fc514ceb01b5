import type { Azure } from '../emulator/azure.ts';

/** One of contoso's applications, signed in as any application signs in to Entra. */
export interface SignedIn {
  readonly name: string;
  /** What contoso's access policy lets it do, in words. */
  readonly may: string;
  readonly authorization: string;
}

const CALLERS = [
  { name: 'Ada', may: 'reads the estate, and when secrets of contoso-payments expire' },
  { name: 'Billing Service', may: 'reads billing-* and SampleSecret of the default vault' },
  { name: 'Auditor', may: "reads secrets' properties, and no value" },
];

/** Gets a token for each caller by the client-credentials grant; it is valid for an hour. */
export function signIn(azure: Azure): Promise<SignedIn[]> {
  return Promise.all(
    CALLERS.map(async (caller) => ({ ...caller, authorization: await authorizationOf(azure, caller.name) })),
  );
}

/** The authorization header of one of contoso's applications. */
export async function authorizationOf({ world, fetch }: Azure, name: string): Promise<string> {
  const client = world.applications.find(({ displayName }) => displayName === name);
  const [audience] = world.applications.flatMap(({ identifierUris }) => identifierUris);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client?.appId ?? '',
    client_secret: client?.secrets[0]?.value ?? '',
    scope: `${audience}/.default`,
  });
  const url = `https://login.microsoftonline.com/${world.tenant.id}/oauth2/v2.0/token`;
  const { access_token } = (await (await fetch(new Request(url, { method: 'POST', body }))).json()) as {
    access_token: string;
  };
  return `Bearer ${access_token}`;
}
