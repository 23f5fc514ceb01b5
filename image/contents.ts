import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './layers.ts';

const UNWANTED: Readonly<Record<string, RegExp>> = {
  'a shell or a tool of one': /(?:^|\/)(?:(?:ba|da|z|a)?sh|busybox|env|curl|wget)$/,
  'a package manager': /(?:^|\/)(?:npm|npx|yarn|corepack|apt(?:-get)?|dpkg)$/,
  'a package that is not bundled': /(?:^|\/)node_modules(?:\/|$)/,
  'a source or its map': /\.(?:map|ts)$/,
  'settings that may hold a secret': /(?:^|\/)\.(?:npmrc|env)/,
  'a key': /\.(?:pem|key|p12|pfx)$/,
};

// What only the local Azure is made of, and what signs tokens.
const FORGERY = /Local Azure|contoso(?!-vault)|mintToken|SignJWT|createServerCertificate/;

/** What an image holds that it must not, a line each. */
export function complaintsAbout(entries: readonly Entry[], app: string): string[] {
  const files = entries.filter(({ mode }) => !mode.startsWith('d'));
  const named = files.flatMap(({ path }) =>
    Object.entries(UNWANTED).flatMap(([what, name]) => (name.test(path) ? [`${path} is ${what}`] : [])),
  );
  const modes = entries.flatMap(({ mode, path }) => [
    ...(/^...s|^......s/.test(mode) ? [`${path} runs as another user`] : []),
    ...(/^[^l].......w/.test(mode) ? [`${path} can be written by everybody`] : []),
  ]);
  const scripts = readdirSync(app).filter((file) => file.endsWith('.js'));
  const forging = scripts.flatMap((file) => {
    const [found] = FORGERY.exec(readFileSync(join(app, file), 'utf8')) ?? [];
    return found === undefined ? [] : [`${file} holds "${found}": it could make a token`];
  });
  return [...named, ...modes, ...forging];
}
