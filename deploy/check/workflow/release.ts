import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { isOfRelease } from './permission.ts';

const BUILD = 'docker/build-push-action@';
const ATTEST = 'actions/attest@';
const SCAN = 'aquasecurity/trivy-action@';

/** What is handed out is tested, scanned and without known faults before, and signed with how it was built and what is in it. */
export function checkReleases(workflow: Place): Finding[] {
  const jobs = workflow.at('jobs').all();
  return [
    ...jobs.flatMap((job) => stepsOf(job, SCAN).flatMap((step) => checkScan(step.at('with')))),
    ...jobs.flatMap(checkScanned),
    ...(isOfRelease(workflow) ? checkAlone(workflow) : []),
    ...jobs
      .filter(isPushing)
      .flatMap((job) => [
        ...stepsOf(job, BUILD).flatMap((step) => checkPush(step.at('with'))),
        ...checkAttested(job),
        ...checkBefore(job, workflow),
      ]),
    ...checkListed(jobs),
  ];
}

const stepsOf = (job: Place, action: string): Place[] =>
  job
    .at('steps')
    .all()
    .filter((step) => step.at('uses').text()?.startsWith(action));

const runs = (job: Place, command: RegExp): boolean =>
  job
    .at('steps')
    .all()
    .some((step) => command.test(step.at('run').text() ?? ''));

export const isTesting = (job: Place): boolean => runs(job, /^npm test$/m);

const isPushing = (job: Place): boolean =>
  stepsOf(job, BUILD).some((step) => step.at('with', 'push').value === true) ||
  runs(job, /\bimagetools create\b|\bdocker push\b/);

function checkPush(inputs: Place): Finding[] {
  if (inputs.at('push').value !== true) return [];
  const [provenance, sbom] = [inputs.at('provenance'), inputs.at('sbom')];
  return [
    ...(provenance.value === 'mode=max'
      ? []
      : [provenance.wrong('nobody could tell from what the image was built: give mode=max.')]),
    ...(sbom.value === true ? [] : [sbom.wrong('nobody could tell what is in the image: give true.')]),
  ];
}

/** Signed by the workflow's own identity, and found beside the image. */
function checkAttested(job: Place): Finding[] {
  const attestations = stepsOf(job, ATTEST).map((step) => step.at('with'));
  const rights = ['id-token', 'attestations'].map((name) => job.at('permissions', name));
  return [
    ...(attestations.length > 0
      ? []
      : [job.at('steps').wrong('what it pushes is signed by nobody: attest it, with actions/attest.')]),
    ...attestations.flatMap((inputs) => [
      ...(inputs.at('push-to-registry').value === true
        ? []
        : [inputs.at('push-to-registry').wrong('give true: who pulls the image looks beside it.')]),
      ...(inputs.at('subject-digest').has()
        ? []
        : [inputs.at('subject-digest').wrong('say of what: give the digest.')]),
    ]),
    ...rights
      .filter(({ value }) => value !== 'write')
      .map((right) => right.wrong('give write: without it nothing can be attested.')),
  ];
}

/** Of what is in the image as it is handed out, at least one attestation tells. */
function checkListed(jobs: readonly Place[]): Finding[] {
  const pushing = jobs.filter((job) => stepsOf(job, BUILD).some((step) => step.at('with', 'push').value === true));
  return pushing
    .filter((job) => stepsOf(job, ATTEST).length > 0)
    .filter((job) => !stepsOf(job, ATTEST).some((step) => step.at('with', 'sbom-path').has()))
    .map((job) => job.at('steps').wrong('no attestation says what is in the image: give actions/attest a sbom-path.'));
}

function checkBefore(job: Place, workflow: Place): Finding[] {
  const before = [...neededBy(job, workflow)].map((name) => workflow.at('jobs', name));
  const isTested = before.some(isTesting);
  const isScanned = before.some((one) => stepsOf(one, SCAN).length > 0);
  const condition = job.at('if');
  return [
    ...(isTested ? [] : [job.at('needs').wrong('it pushes what nobody has tested: need the job that runs npm test.')]),
    ...(isScanned ? [] : [job.at('needs').wrong('it pushes what nobody has scanned: need the job that scans.')]),
    ...(condition.has() ? [condition.wrong('it could push although what it needs has failed: take it away.')] : []),
  ];
}

/** The jobs that must have ended well before, those that they need among them. */
function neededBy(job: Place, workflow: Place, found = new Set<string>()): ReadonlySet<string> {
  const needs = job.at('needs');
  for (const name of [needs, ...needs.all()].flatMap((one) => one.text() ?? [])) {
    if (found.has(name)) continue;
    found.add(name);
    neededBy(workflow.at('jobs', name), workflow, found);
  }
  return found;
}

/** Where an image is built and scanned, it is the one. */
function checkScanned(job: Place): Finding[] {
  const built = stepsOf(job, BUILD).flatMap((step) => step.at('with', 'tags').text()?.split(/[\n,]/) ?? []);
  return stepsOf(job, SCAN)
    .map((step) => step.at('with', 'image-ref'))
    .filter((image) => built.length > 0 && !built.includes(image.text() ?? ''))
    .map((image) => image.wrong(`it is not what was built here: give ${built.join(' or ')}.`));
}

/** Nothing ends it half way, and nothing that another run has left behind is in it. */
function checkAlone(workflow: Place): Finding[] {
  const cancel = workflow.at('concurrency', 'cancel-in-progress');
  const caches = workflow
    .at('jobs')
    .all()
    .flatMap((job) => stepsOf(job, 'actions/setup-node@'))
    .map((step) => step.at('with', 'cache'))
    .filter((cache) => cache.has());
  return [
    ...(cancel.value === true ? [cancel.wrong('the next release would end it half way: give false.')] : []),
    ...caches.map((cache) => cache.wrong('what another run has left there would be in the release: take it away.')),
  ];
}

/** One that only lists what there is finds nothing wrong. */
function checkScan(inputs: Place): Finding[] {
  if (inputs.at('format').value === 'cyclonedx') return [];
  const [exitCode, severity] = [inputs.at('exit-code'), inputs.at('severity')];
  const missing = ['HIGH', 'CRITICAL'].filter((one) => !severity.text()?.split(',').includes(one));
  return [
    ...(String(exitCode.value) === '1' ? [] : [exitCode.wrong('give "1": what it finds stops nothing else.')]),
    ...(severity.has() && missing.length > 0 ? [severity.wrong(`it looks away from ${missing.join(' and ')}.`)] : []),
  ];
}
