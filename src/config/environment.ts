import { accessSync, constants } from 'node:fs';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads variables one by one and collects what is wrong with them. An empty variable counts as absent. */
export type Environment = ReturnType<typeof createEnvironment>;

export function createEnvironment(env: Readonly<Record<string, string | undefined>>) {
  const complaints: string[] = [];
  const complain = (complaint: string) => void complaints.push(complaint);
  const text = (name: string) => env[name]?.trim() || undefined;
  return { complaints, complain, text, list, wholeNumber, oneOf, guid, readableFile };

  function list(name: string): string[] {
    return (text(name)?.split(',') ?? []).map((item) => item.trim()).filter((item) => item !== '');
  }

  function wholeNumber(name: string, fallback: number, smallest: number, largest: number): number {
    const value = text(name);
    if (value === undefined) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= smallest && number <= largest) return number;
    complain(`${name} is "${value}": give a whole number from ${smallest} to ${largest} (default ${fallback}).`);
    return fallback;
  }

  function oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = text(name);
    if (value === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined)
      complain(`${name} is "${value}": give one of ${choices.join(', ')} (default ${fallback}).`);
    return choice ?? fallback;
  }

  /** The first of `names` that is set wins; the later ones are older names of the same setting. */
  function guid(names: readonly string[]): string | undefined {
    const name = names.find((candidate) => text(candidate) !== undefined);
    const value = name && text(name);
    if (value === undefined || GUID.test(value)) return value?.toLowerCase();
    complain(`${name} is "${value}": give a GUID such as 00000000-0000-0000-0000-000000000000.`);
    return undefined;
  }

  function readableFile(name: string): string | undefined {
    const path = text(name);
    if (path === undefined) return undefined;
    try {
      accessSync(path, constants.R_OK);
    } catch {
      complain(`${name} is "${path}": no file can be read there. Check the path and its permissions.`);
    }
    return path;
  }
}
