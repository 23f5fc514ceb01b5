import { alternativesIn } from './alternatives.ts';
import { compileCall } from './call.ts';
import { compileBinary, compileContains, compileIn } from './comparison.ts';
import { declaredTwice, semanticError } from './problem.ts';
import type { Column, Scope } from './relation.ts';
import type { Expression, Named } from './syntax.ts';
import { isBag, type ScalarType, type Value } from './value.ts';

/** An expression that knows its type and reads its value of a row. */
export interface Compiled {
  readonly type: ScalarType;
  readonly read: (row: number) => Value;
}

/** Throws a QueryError for a name or a comparison that Kusto would refuse. */
export function compile(expression: Expression, scope: Scope): Compiled {
  switch (expression.kind) {
    case 'literal': {
      const { type, value } = expression;
      return { type, read: () => value };
    }
    case 'name':
      return columnOf(expression.name, scope);
    case 'element':
      return element(compile(expression.object, scope), compile(expression.index, scope));
    case 'minus':
      return minus(compile(expression.operand, scope));
    case 'binary': {
      const alternatives = alternativesIn(expression);
      if (alternatives) return compileContains(columnOf(alternatives.column, scope), alternatives.texts);
      return compileBinary(expression.operator, compile(expression.left, scope), compile(expression.right, scope));
    }
    case 'in':
      return compileIn(
        expression.operator,
        compile(expression.left, scope),
        expression.list.map((one) => compile(one, scope)),
      );
    case 'call':
      return compileCall(
        expression.name,
        expression.args.map((one) => compile(one, scope)),
        scope.now,
      );
    case 'star':
      throw semanticError('SYN0002', "'*' is not allowed here.");
  }
}

export function compilePredicate(expression: Expression, scope: Scope): (row: number) => boolean {
  const { type, read } = compile(expression, scope);
  if (type !== 'bool')
    throw semanticError('SEM0012', `The filter must be a boolean expression, and is of type ${type}.`);
  return (row) => read(row) === true;
}

export function columnOf(name: string, scope: Scope): Column {
  const column = scope.columns.find((one) => one.name === name);
  if (!column) throw semanticError('SEM0100', `Failed to resolve column or scalar expression named '${name}'`);
  return column;
}

// What converts a value keeps the name of what it converts.
const TRANSPARENT = [
  ...['tostring', 'tolong', 'toint', 'toreal', 'todouble', 'tobool', 'todatetime', 'totimespan', 'todynamic'],
  'parse_json',
];

/** The name of the column that the expression makes, null where Kusto counts: `Column1`. */
export function nameOf(expression: Expression): string | null {
  switch (expression.kind) {
    case 'name':
      return expression.name;
    case 'element': {
      const object = nameOf(expression.object);
      const { index } = expression;
      return object === null ? null : `${object}_${index.kind === 'literal' ? index.value : ''}`;
    }
    case 'call': {
      const [first] = expression.args;
      if (!first) return null;
      if (expression.name === 'strlen') return [expression.name, nameOf(first)].join('_');
      return TRANSPARENT.includes(expression.name) ? nameOf(first) : null;
    }
    default:
      return null;
  }
}

/** The columns of a `project`, `distinct` or `by`, each with its name. */
export function compileNamed(named: readonly Named[], scope: Scope): Column[] {
  const given = named.map(({ name, expression }) => name ?? nameOf(expression));
  let unnamed = 0;
  const taken = new Set<string>();
  return named.map(({ name, expression }, index) => {
    let own = given[index] ?? null;
    const isDeclared = name !== undefined || expression.kind === 'name';
    if (own !== null && isDeclared && taken.has(own)) throw declaredTwice(own);
    while (own === null || taken.has(own)) {
      unnamed += own === null ? 1 : 0;
      own = own === null ? `Column${unnamed}` : nextName(own, taken);
    }
    taken.add(own);
    return { ...compile(expression, scope), name: own };
  });
}

function nextName(name: string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`${name}${number}`)) number += 1;
  return `${name}${number}`;
}

function element(object: Compiled, index: Compiled): Compiled {
  if (object.type !== 'dynamic') {
    throw semanticError('SEM0003', `A member is asked of a value of type ${object.type}, which has none.`);
  }
  return {
    type: 'dynamic',
    read(row) {
      const value = object.read(row);
      const key = index.read(row);
      if (Array.isArray(value)) return (typeof key === 'number' ? value.at(key) : undefined) ?? null;
      return isBag(value) && typeof key === 'string' && Object.hasOwn(value, key) ? (value[key] ?? null) : null;
    },
  };
}

function minus(operand: Compiled): Compiled {
  return {
    type: operand.type,
    read(row) {
      const value = operand.read(row);
      return typeof value === 'number' || typeof value === 'bigint' ? -value : null;
    },
  };
}
