import { parser } from '@prometheus-io/lezer-promql';

/** What an expression reads of one metric. */
export interface Selected {
  readonly metric: string;
  /** Each label that is matched, with the pattern. */
  readonly matchers: ReadonlyArray<readonly [label: string, pattern: string]>;
}

export interface PromQL {
  readonly selected: readonly Selected[];
  /** Labels that are grouped by. */
  readonly groupedBy: readonly string[];
  /** The places that are not PromQL. */
  readonly faults: readonly string[];
}

/** Reads an expression by Prometheus' own grammar. */
export function promql(expression: string): PromQL {
  const read = { selected: [] as Selected[], groupedBy: [] as string[], faults: [] as string[] };
  let matchers: [string, string][] = [];
  let label = '';
  parser.parse(expression).iterate({
    enter({ type, from, to, node }) {
      const text = expression.slice(from, to);
      if (type.isError) read.faults.push(expression.slice(from - 10, to + 10));
      if (type.name === 'VectorSelector') {
        matchers = [];
        read.selected.push({ metric: /^[\w:]*/.exec(text)?.[0] ?? '', matchers });
      }
      if (type.name === 'LabelName') label = text;
      if (type.name === 'LabelName' && node.parent?.name === 'GroupingLabels') read.groupedBy.push(text);
      if (type.name === 'StringLiteral') matchers.push([label, JSON.parse(text)]);
    },
  });
  return read;
}
