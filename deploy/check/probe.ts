import type { Finding } from './finding.ts';
import type { Place } from './place.ts';

/** `/ready` waits that long for the identity before it says no: src/probes.ts. */
const READY_ANSWERS_WITHIN_SECONDS = 2;
// Until it is seen that one hangs, or that one is ready.
const MOST_SECONDS_UNSEEN = 120;
/** What a start takes where all else of the node starts too: docs/image.md has a second. */
const LEAST_SECONDS_TO_START = 10;

/** How soon a probe sees something, and that it does not see it too soon. Kubernetes and container instances count alike. */
export function checkPatience(name: string, probe: Place): Finding[] {
  if (!probe.has()) return [];
  const [delay, period, failures, timeout] = [
    probe.at('initialDelaySeconds').number() ?? 0,
    probe.at('periodSeconds').number() ?? 10,
    probe.at('failureThreshold').number() ?? 3,
    probe.at('timeoutSeconds'),
  ];
  const unseen = delay + period * failures;
  return [
    ...(name === 'readinessProbe' && (timeout.number() ?? 1) <= READY_ANSWERS_WITHIN_SECONDS
      ? [timeout.wrong(`/ready takes up to ${READY_ANSWERS_WITHIN_SECONDS} s to say no: give 3.`)]
      : []),
    ...(unseen > MOST_SECONDS_UNSEEN
      ? [probe.wrong(`it sees nothing for ${unseen} s: give a delay and periods of ${MOST_SECONDS_UNSEEN} at most.`)]
      : []),
    ...(name === 'startupProbe' && unseen < LEAST_SECONDS_TO_START
      ? [probe.wrong(`a start of more than ${unseen} s is killed: give ${LEAST_SECONDS_TO_START} or more.`)]
      : []),
    ...(name === 'livenessProbe' && failures < 2
      ? [probe.at('failureThreshold').wrong('one late answer, and it is killed: give 3.')]
      : []),
  ];
}
