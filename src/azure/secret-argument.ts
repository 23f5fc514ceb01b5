import { folded } from './name.ts';
import type { PropertyPath } from './property-path.ts';
import { COMMAND_FORMS } from './secret-form.ts';

// How far before a secret its flag or its program may stand.
const MAX_ELEMENTS_BEFORE = 16;
const MAX_CHARACTERS_BEFORE = 1000;

/** Whether a list of that name is a command, an element of which may say that the next one is a secret. */
export const isCommand = (name: string | number | undefined): boolean =>
  typeof name === 'string' && COMMANDS.has(folded(name));

/** Whether a path leads to an element of a command alone: what stands before it is not known, and may say that it is a secret. */
export function isLoneArgument(at: PropertyPath): boolean {
  const position = at.at(-1);
  return typeof position === 'number' && position > 0 && isCommand(at.at(-2));
}

/** Which of a command's elements are secrets by what stands before them. */
export function secretsIn(command: readonly unknown[]): (position: number) => boolean {
  return (position) => {
    const first = Math.max(0, position - MAX_ELEMENTS_BEFORE);
    const before = `${command.slice(first, position).join(' ').slice(-MAX_CHARACTERS_BEFORE)} `;
    const text = before + String(command[position]);
    return FORMS.some((form) =>
      [...text.matchAll(form)].some(({ index, 0: found }) => index + found.length > before.length),
    );
  };
}

const COMMANDS = new Set(['command', 'args']);
const FORMS = COMMAND_FORMS.map(({ form }) => new RegExp(form, `g${form.flags}`));
