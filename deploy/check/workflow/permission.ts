import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';

/** What each job may do: what it says that it needs, and nobody else beside what may write. */
export function checkPermissions(workflow: Place): Finding[] {
  const isReleasing = isOfRelease(workflow);
  return [
    ...checkDefaults(workflow),
    ...workflow
      .at('jobs')
      .all()
      .flatMap((job) => checkJob(job, isReleasing)),
  ];
}

function checkDefaults(workflow: Place): Finding[] {
  const permissions = workflow.at('permissions');
  const isNone = typeof permissions.value === 'object' && permissions.value !== null && permissions.all().length === 0;
  return isNone ? [] : [permissions.wrong('give {}, and each job what it needs.')];
}

// What a release hands out, and nothing of the repository.
const WRITTEN_BY_RELEASES = ['packages', 'id-token', 'attestations'];

/** One that a tag alone starts, which strangers cannot push. */
export function isOfRelease(workflow: Place): boolean {
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
