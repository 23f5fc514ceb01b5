import type { ScalarType, Value } from './value.ts';

export type Expression =
  | { readonly kind: 'literal'; readonly type: ScalarType; readonly value: Value }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'element'; readonly object: Expression; readonly index: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'minus'; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'in'; readonly operator: string; readonly left: Expression; readonly list: readonly Expression[] };

/** `name = expression`, or an expression that names itself. */
export interface Named {
  readonly name?: string;
  readonly expression: Expression;
}

export interface SortKey {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type JoinFlavor = 'innerunique' | 'inner' | 'leftouter' | 'fullouter';

export type Operator =
  | { readonly kind: 'where'; readonly predicate: Expression }
  | { readonly kind: 'project' | 'extend'; readonly columns: readonly Named[] }
  | { readonly kind: 'project-away'; readonly patterns: readonly string[] }
  | { readonly kind: 'order'; readonly keys: readonly SortKey[] }
  | { readonly kind: 'take'; readonly count: number }
  | { readonly kind: 'top'; readonly count: number; readonly key: SortKey }
  | { readonly kind: 'count' }
  | { readonly kind: 'distinct'; readonly columns: readonly Named[] }
  | { readonly kind: 'summarize'; readonly aggregates: readonly Named[]; readonly by: readonly Named[] }
  | {
      readonly kind: 'join';
      readonly flavor: JoinFlavor;
      readonly right: Query;
      readonly on: readonly JoinCondition[];
    }
  | { readonly kind: 'union'; readonly legs: readonly Query[]; readonly isInner: boolean; readonly source?: string }
  | Expand;

export interface JoinCondition {
  readonly left: Expression;
  readonly right: Expression;
}

export interface Expand {
  readonly kind: 'mv-expand';
  readonly columns: readonly (Named & { readonly type?: ScalarType })[];
  readonly bagsAsArrays: boolean;
  readonly limit: number;
}

export interface Query {
  /** A table's name as written, or a query in parentheses. */
  readonly source: string | Query;
  readonly operators: readonly Operator[];
}
