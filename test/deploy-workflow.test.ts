// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions of the files that are checked.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { checkWorkflow } from '../deploy/check/workflow.ts';
import { RELEASE_DEFECTS } from './support/release-defects.ts';
import { type Defect, foundIn } from './support/seeded.ts';

const DEFECTS: readonly Defect[] = [
  {
    what: 'an action that may change',
    file: 'test.yml',
    from: 'actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2',
    to: 'actions/checkout@v6',
    found: ['test.yml: jobs.test.steps[0].uses: "actions/checkout@v6" may change: pin it to a commit.'],
  },
  {
    what: 'a pin of which nobody knows the version',
    file: 'scan.yml',
    from: '@ed142fd0673e97e23eac54620cfb913e5ce36c25 # v0.36.0',
    to: '@ed142fd0673e97e23eac54620cfb913e5ce36c25',
    found: ['scan.yml: jobs.image.steps[2].uses: say its version in a comment behind it.'],
  },
  {
    what: 'permissions for every job',
    file: 'release.yml',
    from: 'permissions: {}',
    to: 'permissions: write-all',
    found: ['release.yml: permissions: give {}, and each job what it needs.'],
  },
  {
    what: 'a job without permissions of its own',
    file: 'scan.yml',
    from: '    permissions:\n      contents: read\n    steps:\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - run: docker',
    to: '    steps:\n      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n        with:\n          persist-credentials: false\n      - run: docker',
    found: ['scan.yml: jobs.image.permissions: say each permission that it needs.'],
  },
  {
    what: 'a job that may write to the repository',
    file: 'release.yml',
    from: 'contents: read\n      # To push',
    to: 'contents: write\n      # To push',
    found: ['release.yml: jobs.image.permissions.contents: no job needs to write this: give read, or leave it out.'],
  },
  {
    what: "a job that may push packages with a stranger's change",
    file: 'test.yml',
    from: 'contents: read',
    to: 'contents: read\n      packages: write',
    found: ['test.yml: jobs.test.permissions.packages: no job needs to write this: give read, or leave it out.'],
  },
  {
    what: 'a job without an end',
    file: 'test.yml',
    from: '    timeout-minutes: 15\n',
    to: '',
    found: ['test.yml: jobs.test.timeout-minutes: it is absent: a job that hangs runs for six hours.'],
  },
  {
    what: 'a token that stays in the clone',
    file: 'test.yml',
    from: 'persist-credentials: false',
    to: 'persist-credentials: true',
    found: ['test.yml: jobs.test.steps[0].with.persist-credentials: give false: no later step needs the token.'],
  },
  {
    what: "a step's output that there is not",
    file: 'release.yml',
    from: 'steps.push.outputs.digest',
    to: 'step.push.outputs.digest',
    found: [
      'release.yml: line N, column 31: undefined variable "step". available variables are "env", "github", "inputs", "job", "matrix", "needs", "runner", "secrets", "steps", "strategy"',
    ],
  },
  {
    what: "a stranger's change with our rights",
    file: 'test.yml',
    from: 'pull_request:',
    to: 'pull_request_target:',
    found: ["test.yml: on.pull_request_target: it runs a stranger's change with this repository's rights."],
  },
  ...['on: [push, pull_request_target]', 'on: pull_request_target'].map((trigger, nth) => ({
    what: `a stranger's change with our rights, by ${trigger}`,
    file: 'test.yml',
    from: /on:\n {2}push:\n.*\n {2}pull_request:\n/,
    to: `${trigger}\n`,
    found: [`test.yml: on${['[1]', ''][nth]}: it runs a stranger's change with this repository's rights.`],
  })),
  {
    what: 'a job that waits for one that is not there',
    file: 'release.yml',
    from: 'needs: test',
    to: 'needs: tests',
    found: [
      'release.yml: line N, column 3: job "names" needs job "tests" which does not exist in this workflow',
      'release.yml: jobs.image.needs: it pushes what nobody has tested: need the job that runs npm test.',
      'release.yml: jobs.release.needs: it pushes what nobody has tested: need the job that runs npm test.',
    ],
  },
  ...['test.yml', 'release.yml'].map((file) => ({
    what: `a verification of the image without root (${file})`,
    file,
    from: /sudo --preserve-env .* npm run image:verify/,
    to: 'npm run image:verify',
    found: [
      `${file}: jobs.${file === 'test.yml' ? 'image.steps[3]' : 'test.steps[5]'}.run: it wants root, which a runner is not: begin it with sudo --preserve-env env "PATH=$PATH".`,
    ],
  })),
  {
    what: "a stranger's action beside the right to push",
    file: 'release.yml',
    from: 'actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0\n',
    to: 'aquasecurity/trivy-action@ed142fd0673e97e23eac54620cfb913e5ce36c25 # v0.36.0\n',
    found: [
      "release.yml: jobs.image.steps[2].uses: a stranger's action in a job that may write: give it a job of its own, that reads.",
      'release.yml: jobs.image.steps[2].with.exit-code: give "1": what it finds stops nothing else.',
      'release.yml: jobs.image.steps[2].with.image-ref: it is not what was built here: give ${{ needs.names.outputs.image }}:${{ needs.names.outputs.version }}-${{ matrix.architecture }}.',
      'release.yml: jobs.image.steps[2].with.name: aquasecurity/trivy-action has no such input, or this check does not know it.',
    ],
  },
];

describe('the check of the workflows', () => {
  for (const defect of [...DEFECTS, ...RELEASE_DEFECTS]) {
    it(`names ${defect.what}`, async () => {
      const check = (copy: string) => checkWorkflow(defect.file, readFileSync(`${copy}/${defect.file}`, 'utf8'));
      assert.deepEqual(await foundIn('.github/workflows', defect, check), defect.found);
    });
  }
});
