import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { Samples } from './scrape.ts';

/** What was scraped, and when, in seconds. */
export interface Scrape {
  readonly at: number;
  readonly samples: Samples;
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Value = number | readonly Sample[];

/**
 * What Prometheus answers to an expression at the last of some scrapes: of its language what our rules use, and an error at
 * anything else. Rates are between the first and the last scrape of their range, not extrapolated.
 */
export function evaluate(expression: string, scrapes: readonly Scrape[]): readonly Sample[] {
  const value = valued(parser.parse(expression).topNode.firstChild, { expression, scrapes });
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

interface World {
  readonly expression: string;
  readonly scrapes: readonly Scrape[];
}

function valued(node: SyntaxNode | null, world: World): Value {
  switch (node?.name) {
    case 'NumberDurationLiteral':
      return Number(textOf(node, world));
    case 'ParenExpr':
      return valued(node.firstChild, world);
    case 'VectorSelector':
      return selected(node, world, world.scrapes.slice(-1)).map(({ labels, values }) => ({
        labels,
        value: values.at(-1) ?? Number.NaN,
      }));
    case 'BinaryExpr':
      return combined(node, world);
    case 'AggregateExpr':
      return aggregated(node, world);
    case 'FunctionCall':
      return called(node, world);
    default:
      throw new Error(`What is ${node ? `${node.name} ${textOf(node, world)}` : world.expression}?`);
  }
}

function called(node: SyntaxNode, world: World): Value {
  const name = textOf(node.firstChild, world);
  const [first, second] = childrenOf(node.getChild('FunctionCallBody'));
  switch (name) {
    case 'time':
      return world.scrapes.at(-1)?.at ?? 0;
    case 'absent':
      return vectorOf(valued(first ?? null, world)).length === 0 ? [{ labels: {}, value: 1 }] : [];
    case 'rate':
    case 'increase':
      return grown(first, world, name === 'rate');
    case 'changes':
      return changed(first, world);
    case 'histogram_quantile':
      return quantile(Number(valued(first ?? null, world)), vectorOf(valued(second ?? null, world)));
    default:
      throw new Error(`What is ${name}?`);
  }
}

function within(range: SyntaxNode | undefined, world: World): readonly Series[] {
  if (range?.name !== 'MatrixSelector') throw new Error('A rate is of a range.');
  const window = secondsOf(textOf(range.getChild('DurationExpr'), world));
  const now = world.scrapes.at(-1)?.at ?? 0;
  return selected(
    range.getChild('VectorSelector'),
    world,
    world.scrapes.filter(({ at }) => at >= now - window),
  );
}

function changed(range: SyntaxNode | undefined, world: World): readonly Sample[] {
  return within(range, world).map(({ labels, values }) => ({
    labels,
    value: values.slice(1).filter((value, nth) => value !== values[nth]).length,
  }));
}

function grown(range: SyntaxNode | undefined, world: World, isRate: boolean): readonly Sample[] {
  return within(range, world).flatMap(({ labels, values, times }) => {
    if (values.length < 2) return [];
    // A counter that falls has begun anew.
    const steps = values
      .slice(1)
      .map((value, nth) => (value >= (values[nth] ?? 0) ? value - (values[nth] ?? 0) : value));
    const increase = steps.reduce((sum, step) => sum + step, 0);
    return [{ labels, value: isRate ? increase / ((times.at(-1) ?? 0) - (times[0] ?? 0)) : increase }];
  });
}

const AGGREGATIONS: Record<string, (values: readonly number[]) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
};

function aggregated(node: SyntaxNode, world: World): readonly Sample[] {
  const name = textOf(node.getChild('AggregateOp'), world);
  const aggregate = AGGREGATIONS[name];
  if (!aggregate) throw new Error(`What is ${name}?`);
  const grouping = node.getChild('AggregateModifier')?.getChild('GroupingLabels');
  const by = grouping ? grouping.getChildren('LabelName').map((label) => textOf(label, world)) : [];
  const [argument] = childrenOf(node.getChild('FunctionCallBody'));
  const groups = Map.groupBy(vectorOf(valued(argument ?? null, world)), ({ labels }) => keyOf(picked(labels, by)));
  return [...groups.values()].map((members) => ({
    labels: picked(members[0]?.labels ?? {}, by),
    value: aggregate(members.map(({ value }) => value)),
  }));
}

const ARITHMETIC: Record<string, (one: number, other: number) => number> = {
  '+': (one, other) => one + other,
  '-': (one, other) => one - other,
  '*': (one, other) => one * other,
  '/': (one, other) => one / other,
};
const COMPARISON: Record<string, (one: number, other: number) => boolean> = {
  '==': (one, other) => one === other,
  '<': (one, other) => one < other,
  '>': (one, other) => one > other,
};

function combined(node: SyntaxNode, world: World): Value {
  if (node.getChild('And')) return held(node, world);
  const [left, operator, right] = childrenOf(node);
  const [one, other] = [valued(left ?? null, world), valued(right ?? null, world)];
  const sign = textOf(operator, world);
  const [compute, compare] = [ARITHMETIC[sign], COMPARISON[sign]];
  if (!compute && !compare) throw new Error(`What is ${sign}?`);
  if (typeof one === 'number' && typeof other === 'number') {
    if (!compute) throw new Error('Two numbers are compared.');
    return compute(one, other);
  }
  return vectorOf(one, other).flatMap((sample) => {
    const [a, b] = [numberFor(one, sample), numberFor(other, sample)];
    if (a === undefined || b === undefined) return [];
    if (compare) return compare(a, b) ? [{ ...sample, value: a }] : [];
    return [{ labels: sample.labels, value: compute?.(a, b) ?? Number.NaN }];
  });
}

/** `and`, by the labels that it names, else by all. */
function held(node: SyntaxNode, world: World): readonly Sample[] {
  const [one, other] = [node.firstChild, node.lastChild].map((side) => vectorOf(valued(side, world)));
  const on = node.getChild('MatchingModifierClause')?.getChild('GroupingLabels')?.getChildren('LabelName');
  const names = on?.map((label) => textOf(label, world));
  const key = ({ labels }: Sample) => keyOf(names ? picked(labels, names) : labels);
  const keys = new Set(other?.map(key));
  return one?.filter((sample) => keys.has(key(sample))) ?? [];
}

const numberFor = (value: Value, { labels }: Sample): number | undefined =>
  typeof value === 'number' ? value : value.find((each) => keyOf(each.labels) === keyOf(labels))?.value;

/** Linear within a bucket, as Prometheus has it. */
function quantile(share: number, buckets: readonly Sample[]): readonly Sample[] {
  const sorted = buckets
    .map(({ labels: { le = '' }, value }) => ({ le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value }))
    .toSorted((one, other) => one.le - other.le);
  const rank = share * (sorted.at(-1)?.value ?? 0);
  const nth = sorted.findIndex(({ value }) => value >= rank);
  const [below, bucket] = [sorted[nth - 1] ?? { le: 0, value: 0 }, sorted[nth]];
  if (!bucket || rank === 0) return [];
  if (bucket.le === Number.POSITIVE_INFINITY) return [{ labels: {}, value: below.le }];
  return [
    { labels: {}, value: below.le + ((bucket.le - below.le) * (rank - below.value)) / (bucket.value - below.value) },
  ];
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly times: readonly number[];
}

function selected(node: SyntaxNode | null, world: World, scrapes: readonly Scrape[]): readonly Series[] {
  const metric = textOf(node?.getChild('Identifier'), world);
  const matchers = (node?.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map((matcher) => ({
    label: textOf(matcher.getChild('LabelName'), world),
    sign: textOf(matcher.getChild('MatchOp'), world),
    wanted: JSON.parse(textOf(matcher.getChild('StringLiteral'), world)) as string,
  }));
  const all = new Map<string, { labels: Record<string, string>; values: number[]; times: number[] }>();
  for (const { at, samples } of scrapes)
    for (const [name, value] of samples) {
      const { family, labels } = parsed(name);
      if (family !== metric || !matchers.every((matcher) => isMatched(matcher, labels))) continue;
      const series = all.get(name) ?? { labels, values: [], times: [] };
      series.values.push(value);
      series.times.push(at);
      all.set(name, series);
    }
  return [...all.values()];
}

function isMatched({ label, sign, wanted }: { label: string; sign: string; wanted: string }, labels: Series['labels']) {
  const found = labels[label] ?? '';
  const isFound = sign.endsWith('~') ? new RegExp(`^(?:${wanted})$`).test(found) : found === wanted;
  return isFound !== sign.startsWith('!');
}

const known = new Map<string, ReturnType<typeof parse>>();

// The same series are in scrape after scrape, and asked for by rule after rule.
function parsed(series: string) {
  const found = known.get(series) ?? parse(series);
  known.set(series, found);
  return found;
}

function parse(series: string) {
  const family = /^\w+/.exec(series)?.[0] ?? '';
  const labels = [...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', value = '']) => [label, value]);
  return { family, labels: Object.fromEntries(labels) as Record<string, string> };
}

export function secondsOf(duration: string): number {
  const [, count, unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
  const factor = { s: 1, m: 60, h: 3_600 }[unit];
  if (factor === undefined) throw new Error(`What is ${duration}?`);
  return Number(count) * factor;
}

// Two values of one expression: whichever is a vector says for which labels.
const vectorOf = (one: Value, other: Value = []): readonly Sample[] =>
  typeof one === 'number' ? (typeof other === 'number' ? [] : other) : one;
const picked = (labels: Series['labels'], names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
const keyOf = (labels: Series['labels']): string =>
  JSON.stringify(Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1)));
const textOf = (node: SyntaxNode | null | undefined, { expression }: World): string =>
  node ? expression.slice(node.from, node.to) : '';

function childrenOf(node: SyntaxNode | null): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node?.firstChild ?? null; child; child = child.nextSibling) children.push(child);
  return children;
}
