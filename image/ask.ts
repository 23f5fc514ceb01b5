import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Answer, Question } from './inside.ts';
import { stop } from './run.ts';

/** Asks from within a network. */
export interface Asker {
  ask(question: Omit<Question, 'id'>): Promise<Answer>;
  close(): Promise<void>;
}

/** `enter` comes before a command that is to be in the network. */
export function createAsker([command = '', ...within]: readonly string[]): Asker {
  const child = spawn(command, [...within, process.execPath, 'image/inside.ts'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer: Answer = JSON.parse(line);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  return {
    ask(question) {
      const id = asked++;
      const { promise, resolve } = Promise.withResolvers<Answer>();
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ ...question, id })}\n`);
      return promise;
    },
    close: () => stop(child),
  };
}
