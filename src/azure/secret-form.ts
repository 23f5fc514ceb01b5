/** A form of text that is a secret wherever it stands. */
export interface SecretForm {
  readonly what: string;
  readonly form: RegExp;
}

// Each begins with fixed text and goes on over characters that cannot begin it again, so that a long text costs one pass.

// A variable's name is no secret.
const GIVEN = String.raw`["']?(?![$-]|%[A-Z])[^\s"']`;

// What may stand between a program and its flag.
const ARGUMENTS = String.raw`(?:[^\s|;&]{1,80}\s{1,9}){0,12}`;

/** Of commands; each ends with the secret's first character, which may be in an element of its own. */
export const COMMAND_FORMS: readonly SecretForm[] = [
  {
    what: 'a password, a token or a key in a flag of a command',
    form: new RegExp(
      String.raw`(?<![\w-])--?(?:[a-z\d]{1,20}[-_]){0,4}(?:password|passwd|requirepass|masterauth|(?<=--|[a-z\d][-_])pass|pwd|passphrase|secret|token|(?:access|account|admin|api|auth|license|master|secret|shared|storage)[-_]?key)(?:=|\s{1,9})${GIVEN}`,
      'i',
    ),
  },
  {
    what: 'a password in a short flag of a command',
    form: new RegExp(
      String.raw`(?:(?:mysql|mariadb)[\w-]{0,12}\s{1,9}${ARGUMENTS}-p|sshpass\s{1,9}-p\s{0,9}|(?:sqlcmd|bcp)\s{1,9}${ARGUMENTS}-P\s{0,9}|redis-cli\s{1,9}${ARGUMENTS}-a\s{1,9}|(?<![\w-])(?:docker|podman|az(?:\s{1,9}acr)?)\s{1,9}login\s{1,9}${ARGUMENTS}-p\s{0,9})${GIVEN}`,
    ),
  },
  {
    what: 'a password behind a user and a colon',
    form: new RegExp(
      String.raw`curl\s{1,9}(?:(?!&&?\s)[^\s|;]{1,200}\s{1,9}){0,16}(?:-[a-zA-Z]{0,8}[uU]\s{0,9}|--(?:proxy-)?user(?:=|\s{1,9}))["']?[^\s:"'|;]{0,80}:${GIVEN}`,
    ),
  },
  {
    what: 'a secret that is assigned to a variable',
    form: new RegExp(
      String.raw`(?<![^\s;&|("'\x60])(?:[a-z]\w{0,60}_)?(?:pass|passphrase|pat|secret|token|(?:access|account|admin|api|auth|encryption|license|master|private|secret|shared|signing|storage)_?key)=(?![;&|,])${GIVEN}`,
      'i',
    ),
  },
  {
    what: 'a credential in a header',
    form: new RegExp(
      String.raw`(?:authorization["']?\s{0,9}[:=]\s{0,9}["']?(?:basic|bearer|token|sharedkey|apikey)\s{1,9}|(?:api-key|subscription-key|functions-key|(?:access|auth|private)-token)["']?\s{0,9}:\s{0,9})${GIVEN}|^\s{0,9}(?:basic|bearer|sharedkey)\s{1,9}(?![$%])(?=[^\s\d=]{0,4096}[\d=])[\w+/=.:~-]{8}`,
      'i',
    ),
  },
];

export const SECRET_FORMS: readonly SecretForm[] = [
  {
    what: 'a key of a connection string',
    form: /(?:AccountKey|SharedAccessKey|AccessKey|SharedSecretValue|SharedSecret|InstrumentationKey|client_?secret|api_?key)\s{0,9}=\s{0,9}[^\s;,]/i,
  },
  {
    what: 'a password of a connection string or a command',
    form: /(?:password|userpwd|(?<![a-z0-9])pwd)\s{0,9}=\s{0,9}[^\s;,]/i,
  },
  ...COMMAND_FORMS,
  { what: 'a shared access signature', form: /(?<![a-z])sig(?:=|%3D)[^&\s]/i },
  {
    what: 'a key or a token in a URL',
    form: /[?&](?:code|(?:api|subscription|functions)?[-_]?key|(?:access[-_]?)?token)=[\w/+=%.~-]{20}/i,
  },
  {
    what: 'a password or a token before the host of a URL',
    form: /:\/\/(?:[^\s/@:]{0,256}:[^\s/@]{1,1024}|[\w-]{30,256})@/,
  },
  {
    what: 'a token that its beginning tells',
    form: /(?<![\w-])(?:(?:gh[pousr]_|github_pat_|glpat-|npm_|dapi|sk-)[\w-]{20}|xox[abprs]-[A-Za-z\d]{8}|eyJ[\w-]{8,4096}\.eyJ[\w-]{8})/,
  },
  {
    what: 'the URL of a webhook',
    form: /hooks\.slack\.com\/services\/\w|webhook\.office\.com\/webhookb2\/\w|outlook\.office\.com\/webhook\/\w|discord(?:app)?\.com\/api\/webhooks\/\w|api\.telegram\.org\/bot\d/i,
  },
  // https://learn.microsoft.com/purview/sit-defn-azure-storage-account-key: of 64 bytes; the others have a mark of Azure's within them.
  {
    what: 'a key by its form',
    form: /(?<![\w+/=-])(?:[A-Za-z\d+/]{86}==(?!=)|[A-Za-z\d+/]{33}(?:AIoT|\+A(?:Eh|Rm|Sb)|AzCa)[A-Za-z\d+/]{6}=|[A-Za-z\d]{42}AzSe[A-Za-z\d]{6}|[\w-]{44}AzFu[\w-]{6}==|[\w~.-]{3}[78]Q~[\w~.-]{31})/,
  },
  { what: 'a private key', form: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/ },
  {
    what: 'a password in JSON',
    form: /(?:password|passphrase|secret|token|(?:access|account|api|master|primary|private|secondary|shared)[-_]?key|connectionstring)\\{0,3}"\s{0,9}:\s{0,9}\\{0,3}"[^"\\]/i,
  },
];
