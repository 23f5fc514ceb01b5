import { parseArgs } from 'node:util';
import { COMMANDS, type Command, commandHelp, globalHelp } from './usage.ts';

/** What was asked for. `text`: nothing but to say this. */
export type Asked =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly command: Command['name']; readonly isJson: boolean; readonly file: string };

/** Thrown for what cannot be asked; the message says what can. */
export class UsageError extends Error {}

const FLAGS = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } } as const;

/** Reads the command line, without the program's own name. Throws UsageError. */
export function readArguments(args: readonly string[]): Asked {
  const { values, positionals, tokens } = parsed(args);
  if (values.version && positionals.length === 0) return { kind: 'version' };
  const isHelp = values.help === true || positionals[0] === 'help';
  const words = positionals[0] === 'help' ? positionals.slice(1) : positionals;
  if (words.length === 0 && isHelp) return { kind: 'text', text: globalHelp() };
  if (words.length === 0) throw new UsageError(`Say which command.\n\n${globalHelp()}`);
  const command = (isHelp && groupOf(words)) || commandOf(words);
  const unknown = tokens.find((token) => token.kind === 'option' && !flagsOf(command).includes(token.name));
  if (unknown?.kind === 'option') throw new UsageError(unknownFlag(unknown.rawName, command));
  const valued = tokens.find((token) => token.kind === 'option' && token.value !== undefined);
  if (valued?.kind === 'option') throw new UsageError(`${valued.rawName} takes no value.`);
  if (isHelp) return { kind: 'text', text: commandHelp(command) };
  const files = words.slice(command.name.split(' ').length);
  const expected = command.takes === 'FILE' ? 1 : 0;
  if (files.length !== expected) throw new UsageError(wrongCount(command, expected));
  return { kind: 'command', command: command.name, isJson: values.json === true, file: files[0] ?? '' };
}

function parsed(args: readonly string[]) {
  const options = { ...FLAGS, json: { type: 'boolean' } } as const;
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
}

function commandOf(words: readonly string[]): Command {
  const [first = '', second] = words;
  const command = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`);
  if (command) return command;
  const names = COMMANDS.map(({ name }) => name);
  // Half of `policy test` is no command, and no slip of the pen either.
  const meant = names.find((name) => name.split(' ')[0] === first) ?? nearest(`${first} ${second ?? ''}`.trim(), names);
  const hint = meant ? `Did you mean \`${meant}\`?` : `There are ${names.map((name) => `\`${name}\``).join(', ')}.`;
  throw new UsageError(`There is no command \`${first}\`. ${hint}`);
}

/** What the first word of `policy test` stands for where it is alone: there is one of it to tell of. */
function groupOf([first, ...others]: readonly string[]): Command | undefined {
  return others.length === 0 ? COMMANDS.find(({ name }) => name.startsWith(`${first} `)) : undefined;
}

const flagsOf = ({ flags }: Command): readonly string[] => [...Object.keys(FLAGS), ...flags];

function unknownFlag(flag: string, command: Command): string {
  const names = flagsOf(command).map((name) => `--${name}`);
  const meant = nearest(flag, names);
  return `\`${command.name}\` has no option ${flag}. ${meant ? `Did you mean ${meant}?` : `It has ${names.join(', ')}.`}`;
}

function wrongCount({ name, takes }: Command, expected: number): string {
  return expected === 0
    ? `\`${name}\` takes no argument${takes ? ` but ${takes}` : ''}: its settings are environment variables.`
    : `Give \`${name}\` one file.`;
}

const FARTHEST = 3;

/** The name that is the fewest letters away; undefined where all are another word. */
function nearest(word: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((name) => ({ name, far: distance(word, name) }))
    .filter(({ name, far }) => far <= FARTHEST && far < name.length / 2 + 1)
    .sort((one, other) => one.far - other.far);
  return best?.name;
}

/** How many letters must be changed, added or left out to make one word of the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [at, expected] of [...other].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[at], row[at + 1], row[at]];
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === expected ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
