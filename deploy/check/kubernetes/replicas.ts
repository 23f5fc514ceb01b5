import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { environmentOf } from './settings.ts';
import { selects, type Workload, type World } from './world.ts';

/** Whether there are always some: how many, where they run, how many may go at once, and what each may spend of what they share. */
export function checkManyReplicas(world: World): Finding[] {
  return world.workloads.flatMap((workload) => [
    ...checkReplicas(workload, world),
    ...checkShare(workload, world),
    ...checkSpread(workload, world),
    ...checkStrategy(workload, world),
  ]);
}

function checkReplicas({ deployment, labels }: Workload, world: World): Finding[] {
  const autoscaler = autoscalerOf(deployment, world);
  const own = deployment.at('spec', 'replicas');
  const replicas = autoscaler?.at('spec', 'minReplicas') ?? own;
  const least = replicas.number() ?? 1;
  const budgets = world
    .ofKind('PodDisruptionBudget')
    .filter((one) => selects(one.at('spec', 'selector', 'matchLabels'), labels));
  return [
    ...(autoscaler && own.has()
      ? [own.wrong('an autoscaler has the number: each apply would take it back from it.')]
      : []),
    ...(least >= 2 ? [] : [replicas.wrong('give 2 or more: with one, an update of the node is an outage.')]),
    ...(budgets.length > 0 ? [] : [deployment.at('metadata', 'name').wrong('it has no PodDisruptionBudget.')]),
    ...budgets.flatMap((budget) => checkBudget(budget.at('spec'), least)),
  ];
}

const autoscalerOf = (deployment: Place, world: World): Place | undefined =>
  world
    .ofKind('HorizontalPodAutoscaler')
    .find((one) => one.at('spec', 'scaleTargetRef', 'name').value === deployment.at('metadata', 'name').value);

/** Azure's quotas are the identity's, and its replicas share them: docs/scaling.md. */
function checkShare(workload: Workload, world: World): Finding[] {
  const { deployment } = workload;
  const replicas = autoscalerOf(deployment, world)?.at('spec', 'maxReplicas') ?? deployment.at('spec', 'replicas');
  const most = replicas.number() ?? 1;
  if (most < 2) return [];
  return workload.containers.flatMap((container) => {
    const share = environmentOf(container, workload, world).get('GOVERNOR_SHARE');
    if (share?.value && Number(share.value) * most <= 1) return [];
    const found = share?.value ? `it is ${share.value}` : 'GOVERNOR_SHARE is absent';
    return [
      (share?.place ?? container.at('env')).wrong(
        `${found}, and each of up to ${most} replicas would spend more of Azure's quotas than its part: give ${partOf(most)} or less.`,
      ),
    ];
  });
}

/** One part of so many, two digits of it, rounded down. */
function partOf(many: number): number {
  const digits = Math.ceil(Math.log10(many)) + 1;
  return Math.floor(10 ** digits / many) / 10 ** digits;
}

function checkBudget(budget: Place, replicas: number): Finding[] {
  const [minAvailable, maxUnavailable] = [budget.at('minAvailable'), budget.at('maxUnavailable')];
  if (minAvailable.has() === maxUnavailable.has())
    return [maxUnavailable.wrong('give it or minAvailable, one of both: maxUnavailable 1.')];
  // Kubernetes rounds both up.
  const lost = maxUnavailable.has()
    ? manyOf(maxUnavailable, replicas, Math.ceil)
    : replicas - manyOf(minAvailable, replicas, Math.ceil);
  const place = maxUnavailable.has() ? maxUnavailable : minAvailable;
  const policy = budget.at('unhealthyPodEvictionPolicy');
  return [
    ...(lost <= 0 ? [place.wrong(`of ${replicas} replicas none may go: no node can be drained.`)] : []),
    ...(lost >= replicas ? [place.wrong(`all ${replicas} replicas may go at once.`)] : []),
    ...(policy.value === 'AlwaysAllow'
      ? []
      : [policy.wrong('a pod that never gets ready would hold up its node: give AlwaysAllow.')]),
  ];
}

/** A number, or that percentage of the replicas. */
function manyOf(place: Place, replicas: number, round: (many: number) => number): number {
  const percent = /^(\d+)%$/.exec(place.text() ?? '')?.[1];
  return percent === undefined ? (place.number() ?? 0) : round((Number(percent) * replicas) / 100);
}

const NODE = 'kubernetes.io/hostname';

// Without a word of it the scheduler may put all of them on one node.
function checkSpread({ pod, deployment }: Workload, world: World): Finding[] {
  const spreads = pod.at('topologySpreadConstraints');
  const isApart =
    spreads.all().some((spread) => spread.at('topologyKey').value === NODE) ||
    pod.at('affinity', 'podAntiAffinity').has();
  const replicas = leastOf(deployment, world);
  return [
    ...(isApart ? [] : [spreads.wrong(`it is absent: one node may have all replicas. Spread them over ${NODE}.`)]),
    ...spreads
      .all()
      .map((spread) => spread.at('maxSkew'))
      .filter((skew) => skew.value !== 1 && !((skew.number() ?? 0) > 1 && (skew.number() ?? 0) < replicas))
      .map((skew) =>
        skew.wrong(`with ${skew.value} of them apart, one place may have all ${replicas} replicas: give 1.`),
      ),
  ];
}

function checkStrategy({ deployment }: Workload, world: World): Finding[] {
  const strategy = deployment.at('spec', 'strategy');
  const [type, lost] = [strategy.at('type'), strategy.at('rollingUpdate', 'maxUnavailable')];
  if (type.value === 'Recreate')
    return [type.wrong('every rollout is an outage: give RollingUpdate, with maxUnavailable 0.')];
  const replicas = leastOf(deployment, world);
  // Kubernetes rounds down here.
  const [gone, more] = [manyOf(lost, replicas, Math.floor), strategy.at('rollingUpdate', 'maxSurge')];
  return [
    ...(gone >= replicas ? [lost.wrong(`all ${replicas} replicas may go at once: give 0.`)] : []),
    ...(gone === 0 && /^0%?$/.test(String(more.value))
      ? [more.wrong('none may go and none come: give 1, or nothing is ever rolled out.')]
      : []),
    ...(deployment.at('spec', 'paused').value === true
      ? [deployment.at('spec', 'paused').wrong('no change is ever rolled out: take it away.')]
      : []),
    ...(deployment.at('spec', 'revisionHistoryLimit').value === 0
      ? [deployment.at('spec', 'revisionHistoryLimit').wrong('no rollout could be undone: give 5.')]
      : []),
  ];
}

function leastOf(deployment: Place, world: World): number {
  const replicas = autoscalerOf(deployment, world)?.at('spec', 'minReplicas') ?? deployment.at('spec', 'replicas');
  return replicas.number() ?? 1;
}
