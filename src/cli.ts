#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './cli/run.ts';

// The bundle is one folder below the clone, as this file is.
const CLONE = new URL('..', import.meta.url);

// The kernel gives the first process of a container no signal that it does not listen for. The start hears them in its own way, once it is loaded.
const EXIT_CODE = { SIGINT: 130, SIGTERM: 143 };
const end = (signal: 'SIGINT' | 'SIGTERM') => process.exit(EXIT_CODE[signal]);
process.on('SIGTERM', end).on('SIGINT', end);

// Whoever reads may stop reading, as `head` does.
process.stdout.on('error', () => {});
const exitCode = await run(
  process.argv.slice(2),
  {
    env: process.env,
    isColoured: process.stdout.isTTY === true && !process.env.NO_COLOR,
    write: (text) => process.stdout.write(text),
    complain: (text) => process.stderr.write(text),
  },
  {
    async start() {
      await import('./main.ts');
    },
    async demo() {
      const program = new URL('demo/main.ts', CLONE);
      if (!existsSync(program)) return false;
      // It starts the gateway by a path of the clone.
      process.chdir(fileURLToPath(CLONE));
      process.off('SIGTERM', end).off('SIGINT', end);
      await import(program.href);
      return true;
    },
  },
);
// Connections and children of a check may outlive it. What is written to a pipe is written by now, or is waited for.
if (exitCode !== undefined) process.stdout.write('', () => process.exit(exitCode));
