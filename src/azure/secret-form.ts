/** A form of text that is a secret wherever it stands. */
export interface SecretForm {
  readonly what: string;
  readonly form: RegExp;
}

// Each begins with fixed text and goes on over characters that cannot begin it again, so that a long text costs one pass.
export const SECRET_FORMS: readonly SecretForm[] = [
  {
    what: 'a key of a connection string',
    form: /(?:AccountKey|SharedAccessKey|AccessKey|SharedSecretValue|SharedSecret|client_?secret|api_?key)\s{0,9}=\s{0,9}[^\s;,]/i,
  },
  {
    what: 'a password of a connection string or a command',
    form: /(?:password|(?<![a-z0-9])pwd)\s{0,9}=\s{0,9}[^\s;,]/i,
  },
  { what: 'a shared access signature', form: /(?<![a-z])sig(?:=|%3D)[^&\s]/i },
  { what: "a function's key in a URL", form: /[?&](?:code|subscription-key)=[\w/+=%-]{20}/i },
  { what: 'a password in a URL', form: /:\/\/[^\s/@:]{0,256}:[^\s/@]{1,1024}@/ },
  { what: 'a private key', form: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/ },
  {
    what: 'a password in JSON',
    form: /(?:password|secret|accountkey|accesskey|sharedkey|apikey)\\{0,3}"\s{0,9}:\s{0,9}\\{0,3}"[^"\\]/i,
  },
];
