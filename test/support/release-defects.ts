// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of the files that are checked.
import type { Defect } from './seeded.ts';

/** What somebody may get wrong of what the workflows hand out, and of what stops them. */
export const RELEASE_DEFECTS: readonly Defect[] = [
  {
    what: 'no provenance',
    file: 'release.yml',
    from: 'provenance: mode=max',
    to: 'provenance: false',
    found: [
      'release.yml: jobs.image.steps[4].with.provenance: nobody could tell from what the image was built: give mode=max.',
    ],
  },
  {
    what: 'provenance by default',
    file: 'release.yml',
    from: '          provenance: mode=max\n',
    to: '',
    found: [
      'release.yml: jobs.image.steps[4].with.provenance: nobody could tell from what the image was built: give mode=max.',
    ],
  },
  {
    what: 'no list of what is in it',
    file: 'release.yml',
    from: 'sbom: true',
    to: 'sbom: false',
    found: ['release.yml: jobs.image.steps[4].with.sbom: nobody could tell what is in the image: give true.'],
  },
  {
    what: 'no list of what is in it by default',
    file: 'release.yml',
    from: '          sbom: true\n',
    to: '',
    found: ['release.yml: jobs.image.steps[4].with.sbom: nobody could tell what is in the image: give true.'],
  },
  {
    what: 'a release that nobody signs',
    file: 'release.yml',
    from: / {6}- name: Attest how it was built[\s\S]*?create-storage-record: false\n/,
    to: '',
    found: ['release.yml: jobs.release.steps: what it pushes is signed by nobody: attest it, with actions/attest.'],
  },
  {
    what: 'an image that nobody signs',
    file: 'release.yml',
    from: / {6}- name: Attest what is in it[\s\S]*?create-storage-record: false\n/,
    to: '',
    found: ['release.yml: jobs.image.steps: what it pushes is signed by nobody: attest it, with actions/attest.'],
  },
  {
    what: 'a signature that says not what is in it',
    file: 'release.yml',
    from: '          sbom-path: sbom.cdx.json\n',
    to: '',
    found: [
      'release.yml: jobs.image.steps: no attestation says what is in the image: give actions/attest a sbom-path.',
    ],
  },
  {
    what: 'a signature that nobody finds',
    file: 'release.yml',
    from: 'push-to-registry: true',
    to: 'push-to-registry: false',
    found: ['release.yml: jobs.image.steps[5].with.push-to-registry: give true: who pulls the image looks beside it.'],
  },
  {
    what: 'a signature without a right to sign',
    file: 'release.yml',
    from: 'id-token: write',
    to: 'id-token: read',
    found: ['release.yml: jobs.image.permissions.id-token: give write: without it nothing can be attested.'],
  },
  {
    what: 'a scan that stops nothing',
    file: 'release.yml',
    from: '          exit-code: "1"\n',
    to: '',
    found: ['release.yml: jobs.scan.steps[3].with.exit-code: give "1": what it finds stops nothing else.'],
  },
  {
    what: 'a scan of today that stops nothing',
    file: 'scan.yml',
    from: 'exit-code: "1"',
    to: 'exit-code: "0"',
    found: ['scan.yml: jobs.image.steps[2].with.exit-code: give "1": what it finds stops nothing else.'],
  },
  {
    what: 'a scan that looks away',
    file: 'release.yml',
    from: 'severity: HIGH,CRITICAL',
    to: 'severity: CRITICAL',
    found: ['release.yml: jobs.scan.steps[3].with.severity: it looks away from HIGH.'],
  },
  {
    what: 'an image that nobody has scanned',
    file: 'release.yml',
    from: 'needs: [names, scan]',
    to: 'needs: [names]',
    found: [
      'release.yml: jobs.image.needs: it pushes what nobody has scanned: need the job that scans.',
      'release.yml: jobs.release.needs: it pushes what nobody has scanned: need the job that scans.',
    ],
  },
  {
    what: 'an image that nobody has tested',
    file: 'release.yml',
    from: '    needs: test\n',
    to: '',
    found: [
      'release.yml: jobs.image.needs: it pushes what nobody has tested: need the job that runs npm test.',
      'release.yml: jobs.release.needs: it pushes what nobody has tested: need the job that runs npm test.',
    ],
  },
  {
    what: 'an image in any case',
    file: 'release.yml',
    from: 'needs: [names, scan]',
    to: 'needs: [names, scan]\n    if: always()',
    found: ['release.yml: jobs.image.if: it could push although what it needs has failed: take it away.'],
  },
  {
    what: 'tests whose failure counts for nothing',
    file: 'test.yml',
    from: 'run: npm test',
    to: 'run: npm test || true',
    found: [
      'test.yml: jobs: no job tests a change: run npm test.',
      "test.yml: jobs.test.steps[3].run: its failure would be nobody's: take || true away.",
    ],
  },
  {
    what: 'a job whose failure counts for nothing',
    file: 'test.yml',
    from: '    timeout-minutes: 15\n',
    to: '    timeout-minutes: 15\n    continue-on-error: true\n',
    found: ["test.yml: jobs.test.continue-on-error: its failure would be nobody's: take it away."],
  },
  {
    what: "other versions than the lockfile's",
    file: 'test.yml',
    from: 'run: npm ci',
    to: 'run: npm install',
    found: ['test.yml: jobs.test.steps[2].run: it may take other versions than the lockfile: give npm ci.'],
  },
  {
    what: 'a password in the clear',
    file: 'release.yml',
    from: '${{ secrets.GITHUB_TOKEN }}',
    to: 'canary',
    found: [
      'release.yml: jobs.image.steps[3].with.password: everybody who reads this has it: give a secret of the repository.',
    ],
  },
  {
    what: 'a runner that keeps what was done there',
    file: 'test.yml',
    from: 'runs-on: ubuntu-24.04',
    to: 'runs-on: self-hosted',
    found: [
      'test.yml: jobs.test.runs-on: what a change leaves there meets the next one: give a runner that is new each time.',
    ],
  },
  {
    what: 'all permissions for a job',
    file: 'test.yml',
    from: /permissions:\n {6}contents: read/,
    to: 'permissions: write-all',
    found: ['test.yml: jobs.test.permissions: say each permission that it needs.'],
  },
  {
    what: 'an input that the action does not have',
    file: 'test.yml',
    from: 'persist-credentials: false',
    to: 'persist-credentials: false\n          fetch-dept: 0',
    found: [
      'test.yml: jobs.test.steps[0].with.fetch-dept: actions/checkout has no such input, or this check does not know it.',
    ],
  },
  {
    what: 'a scan that is told where not to look',
    file: 'scan.yml',
    from: 'ignore-unfixed: true',
    to: 'ignore-unfixed: true\n          skip-files: /usr/bin/node',
    found: [
      'scan.yml: jobs.image.steps[2].with.skip-files: aquasecurity/trivy-action has no such input, or this check does not know it.',
    ],
  },
  {
    what: 'a scan of another image',
    file: 'release.yml',
    from: 'image-ref: scanned:${{ github.sha }}',
    to: 'image-ref: scanned:latest',
    found: [
      'release.yml: jobs.scan.steps[3].with.image-ref: it is not what was built here: give scanned:${{ github.sha }}.',
    ],
  },
  {
    what: 'a step that never runs',
    file: 'release.yml',
    from: '- run: npm test\n',
    to: '- run: npm test\n        if: ${{ false }}\n',
    found: ['release.yml: jobs.test.steps[3].if: it never runs.'],
  },
  {
    what: 'a script of the day',
    file: 'test.yml',
    from: '- run: npm ci\n',
    to: '- run: curl -fsSL https://example.com/install.sh | sudo bash\n',
    found: ['test.yml: jobs.test.steps[2].run: what it fetches may be another tomorrow: install what is pinned.'],
  },
  {
    what: 'changes that nobody tests',
    file: 'test.yml',
    from: '- run: npm test\n',
    to: '- run: npm run lint\n',
    found: ['test.yml: jobs: no job tests a change: run npm test.'],
  },
  {
    what: 'a release that the next one ends',
    file: 'release.yml',
    from: 'cancel-in-progress: false',
    to: 'cancel-in-progress: true',
    found: ['release.yml: concurrency.cancel-in-progress: the next release would end it half way: give false.'],
  },
  {
    what: 'a release with what others have cached',
    file: 'release.yml',
    from: 'node-version: 24',
    to: 'node-version: 24\n          cache: npm',
    found: [
      'release.yml: jobs.test.steps[1].with.cache: what another run has left there would be in the release: take it away.',
    ],
  },
];
