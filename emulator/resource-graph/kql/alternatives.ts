import type { Expression } from './syntax.ts';

/** Texts one of which a column contains. */
export interface Alternatives {
  readonly column: string;
  readonly texts: readonly string[];
}

/** What `x contains 'a' or x contains 'b' or ...` asks of one column; undefined for any other expression. */
export function alternativesIn(expression: Expression): Alternatives | undefined {
  const terms = termsOf(expression);
  const [first] = terms.map(({ column }) => column);
  if (first === undefined || terms.length < 2 || terms.some(({ column }) => column !== first)) return undefined;
  return { column: first, texts: terms.map(({ text }) => text) };
}

interface Term {
  readonly column?: string;
  readonly text: string;
}

// Such a chain is as deep as it is long, on its left.
function termsOf(expression: Expression): readonly Term[] {
  const terms: Term[] = [];
  let rest = expression;
  while (rest.kind === 'binary' && rest.operator === 'or') {
    terms.push(termOf(rest.right));
    rest = rest.left;
  }
  return [termOf(rest), ...terms.reverse()];
}

function termOf(expression: Expression): Term {
  if (expression.kind !== 'binary' || expression.operator !== 'contains') return NONE;
  const { left, right } = expression;
  if (left.kind !== 'name' || right.kind !== 'literal' || typeof right.value !== 'string') return NONE;
  return { column: left.name, text: right.value };
}

const NONE: Term = { text: '' };
