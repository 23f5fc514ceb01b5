import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';

// At the version that is pinned here, and as far as it is used.
const INPUTS: Readonly<Record<string, readonly string[]>> = {
  'actions/attest': ['subject-name', 'subject-digest', 'sbom-path', 'push-to-registry', 'create-storage-record'],
  'actions/checkout': ['persist-credentials'],
  'actions/download-artifact': ['name', 'path'],
  'actions/setup-node': ['node-version', 'cache'],
  'actions/upload-artifact': ['name', 'path', 'if-no-files-found', 'retention-days'],
  'aquasecurity/trivy-action': ['image-ref', 'severity', 'ignore-unfixed', 'exit-code', 'format', 'output'],
  'docker/build-push-action': ['context', 'build-args', 'load', 'push', 'tags', 'provenance', 'sbom'],
  'docker/login-action': ['registry', 'username', 'password'],
  'docker/setup-buildx-action': [],
};

/** What a step gives an action that takes no such thing: GitHub warns, and goes on without. */
export function checkInputs(step: Place): Finding[] {
  const [name = ''] = step.at('uses').text()?.split('@') ?? [];
  const known = INPUTS[name] ?? [];
  return step
    .at('with')
    .all()
    .filter(({ key }) => !known.includes(key))
    .map((input) => input.wrong(`${name} has no such input, or this check does not know it.`));
}
