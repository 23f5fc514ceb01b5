import { type Place, placeOf } from '../place.ts';

/** A command of the Azure CLI as a script has it, its flags with what follows each. */
export interface Command {
  readonly name: string;
  readonly place: Place;
  readonly words: readonly Word[];
  /** What follows the flag; undefined: it is absent. */
  flag(name: string): readonly Word[] | undefined;
}

/** A word with its quotes taken off, and its variables in place. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

export interface Script {
  readonly file: string;
  /** Without comments, each character where it was. */
  readonly text: string;
  readonly commands: readonly Command[];
  at(index: number): Place;
  words(from: number, written: string): Word[];
}

// To the end of its line, or to what the shell joins commands with.
const COMMAND = /\baz (?=[a-z])(?:"(?:\\[^\n]|[^"\\\n])*"|'[^'\n]*'|\\[\s\S]|[^\n\\;|&])+/g;
const WORD = /(?:"(?:\\[\s\S]|[^"\\])*"|'[^']*'|\\[^\n]|[^\s"'\\])+/g;

export function scriptOf(file: string, written: string): Script {
  const text = written.replaceAll(/^\s*#.*$|\s#\s.*$/gm, (comment) => ' '.repeat(comment.length));
  const at = (index: number) => placeOf(file, undefined, `line ${text.slice(0, index).split('\n').length}`);
  const words = (from: number, part: string) =>
    [...part.matchAll(WORD)].flatMap(({ 0: word, index }) =>
      separate(unquoted(word)).map((one) => ({ text: one, place: at(from + index) })),
    );
  const commands = [...text.matchAll(COMMAND)].map(({ 0: command, index }) =>
    commandOf(words(index, command), at(index)),
  );
  return { file, text, commands, at, words };
}

/** A command of other words, such as those that its "$@" stands for. */
export function commandOf(words: readonly Word[], place: Place): Command {
  const isFlag = ({ text }: Word) => text.startsWith('--');
  const first = words.findIndex((word, nth) => nth > 0 && !/^[a-z-]+$/.test(word.text));
  const end = words.findIndex(isFlag);
  const named = words.slice(1, Math.min(...[first, end].map((nth) => (nth < 0 ? words.length : nth))));
  return {
    name: named.map(({ text }) => text).join(' '),
    place,
    words,
    flag(name) {
      const from = words.findIndex(({ text }) => text === `--${name}`);
      if (from < 0) return undefined;
      const others = words.slice(from + 1);
      const to = others.findIndex(isFlag);
      return to < 0 ? others : others.slice(0, to);
    },
  };
}

/** The flag's own place; where it is absent, its command's. */
export function placeOfFlag({ words, place }: Command, flag: string): Place {
  const written = words.find(({ text }) => text === `--${flag}`);
  return placeOfWord(written ?? { place }, `--${flag}`);
}

export function placeOfWord({ place }: Pick<Word, 'place'>, name: string): Place {
  const { file, path } = place.wrong('');
  return placeOf(file, undefined, `${path}: ${name}`);
}

/** `--flag=value` is two words. */
const separate = (word: string): string[] => /^(--[\w-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word];

const unquoted = (word: string): string => word.replaceAll(/"((?:\\[\s\S]|[^"\\])*)"|'([^']*)'/g, '$1$2');
