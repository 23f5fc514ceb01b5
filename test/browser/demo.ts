import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

export const PATIENCE_IN_MS = 30_000;

/** The demo as a person has it: the link that it prints, with Ada's token behind its #, and Ctrl-C. */
export type Demo = { readonly url: string; readonly stop: () => Promise<void> };

/** Runs `demo/main.ts`; fails, and leaves nothing running, where it prints no address of GraphiQL. */
export async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, ['demo/main.ts'], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const { pid: group } = child;
  assert.ok(group, 'The demo did not start.');
  process.once('exit', () => signal(group, 'SIGKILL'));
  try {
    return { url: await printedUrl(child), stop: () => stop(group) };
  } catch (error) {
    signal(group, 'SIGKILL');
    throw error;
  }
}

async function printedUrl(child: ChildProcess): Promise<string> {
  let printed = '';
  child.stdout?.on('data', (text) => {
    printed += text;
  });
  const found = () => printed.match(/https?:\/\/127\.0\.0\.1:\d+\/graphql#\S+/)?.[0];
  await eventually('the demo prints where GraphiQL is', () => found() !== undefined || child.exitCode !== null);
  return found() ?? assert.fail(`The demo ended with ${child.exitCode} and no address of GraphiQL:\n${printed}`);
}

// Ctrl-C, which a terminal sends to the whole process group; nothing of the group may outlive it.
async function stop(group: number): Promise<void> {
  signal(group, 'SIGINT');
  const ended = eventually('the demo and all that it started end on Ctrl-C', () => !signal(group, 0));
  await ended.finally(() => signal(group, 'SIGKILL'));
}

// False where the group has no process left.
function signal(group: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}

/** Asks again until the promise is kept; fails with its words after `PATIENCE_IN_MS`. */
export async function eventually(promise: string, isKept: () => boolean | Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(PATIENCE_IN_MS);
  while (!(await isKept())) {
    assert.ok(!limit.aborted, `Waited ${PATIENCE_IN_MS} ms in vain: ${promise}.`);
    await setTimeout(50);
  }
}
