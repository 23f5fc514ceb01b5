/** A command as it is asked for, and what its own --help says. */
export interface Command {
  readonly name: 'start' | 'check' | 'policy test' | 'demo';
  /** What follows the name. */
  readonly takes: string;
  readonly summary: string;
  readonly flags: readonly string[];
  readonly help: string;
}

const FILE = 'FILE';

export const COMMANDS: readonly Command[] = [
  {
    name: 'start',
    takes: '',
    summary: 'Serves GraphQL until it is told to stop.',
    flags: [],
    help: `Reads its settings from the environment and opens HOST:PORT. The log goes to standard error, the audit
record to AUDIT_FILE or standard output. SIGTERM drains it, Ctrl-C does not wait; a second signal ends it at once.

Exit codes
  0    it was told to stop, and has lost nothing
  1    it could not start, or fell over something that nobody caught
  130  a second Ctrl-C ended it; 143: a second SIGTERM did`,
  },
  {
    name: 'check',
    takes: '[--json]',
    summary: 'Asks for all that the gateway needs, and names what is missing with its fix.',
    flags: ['json'],
    help: `With the environment that \`start\` would have: settings, access policy, callers' issuers, the identity, each
subscription and each vault that the policy names, audit file, ports, TLS files, collector of traces.
It takes 12 seconds at most, writes nothing and never reads a secret's value: whether it may, it learns by asking
for a secret that does not exist.

Options
  --json  The rows as JSON: { version, ok, rows: [{ what, state, detail, fix }] }.

Exit codes
  0  nothing has failed; a warning is no failure
  1  a row has failed
  2  wrong usage`,
  },
  {
    name: 'policy test',
    takes: FILE,
    summary: 'Decides the cases of a file by the access policy, and says which are decided otherwise than expected.',
    flags: [],
    help: `${FILE} is JSON:

  {
    "policy": "policy.cedar",
    "cases": [
      {
        "name": "billing reads its key",
        "caller": { "issuer": "https://sts.windows.net/<tenant>/", "subject": "<oid>", "roles": ["Secret.Reader"] },
        "action": "readSecretValue",
        "resource": { "type": "Secret", "vault": "contoso-vault", "name": "billing-key" },
        "expect": "allow"
      }
    ]
  }

"policy" is a path beside the file; without it, ACCESS_POLICY, else the shipped default. A caller is "anonymous", an
object as above (groups and kind too), or { "claims": { ... } }, the payload of a token. Nothing is asked of a network.

Exit codes
  0  every case is decided as expected
  1  a case is not, or the policy is not valid
  2  the file is malformed, or wrong usage`,
  },
  {
    name: 'demo',
    takes: '',
    summary: 'Shows the gateway with callers and an estate of their own. In a clone of the repository only.',
    flags: [],
    help: `Exit codes
  0  it was told to stop
  1  it could not start, or this is no clone`,
  },
];

const NAME = 'azure-graphql-gateway';

/** What --help says without a command. */
export function globalHelp(): string {
  const usages = COMMANDS.map(({ name, takes, summary }) => [`${name} ${takes}`.trim(), summary] as const);
  const width = Math.max(...usages.map(([usage]) => usage.length));
  return `One GraphQL endpoint for an Azure estate and its Key Vault secrets, read with managed identity.

Usage: ${NAME} <command> [options]

Commands
${usages.map(([usage, summary]) => `  ${usage.padEnd(width)}  ${summary}`).join('\n')}

Options
  -h, --help     This text; after a command, what that command does.
  -v, --version  The version.

Settings are environment variables: the README lists them.
Exit codes: 0 all is well, 1 something failed or cannot start, 2 wrong usage.
`;
}

export const commandHelp = ({ name, takes, summary, help }: Command): string => `${summary}

Usage: ${`${NAME} ${name} ${takes}`.trim()}

${help}
`;
