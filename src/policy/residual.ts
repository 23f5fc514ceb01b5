import type { CedarValueJson, Expr, ExprNoExt, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { conditionOf, namesEntity } from './holds.ts';
import { type Resource, resourceEntity } from './model.ts';
import { entitiesAmong, objectsIn } from './names.ts';
import { nameOf } from './partly-known.ts';

/** Undefined: it cannot be evaluated for that resource. */
export type Test = (resource: EstateEntity) => boolean | undefined;

export interface EstateEntity {
  readonly type: string;
  /** Itself first, then what it is in. */
  readonly family: readonly string[];
  readonly attributes: readonly string[];
}

export function estateEntity(resource: Resource): EstateEntity {
  const { uid, attrs, parents } = resourceEntity(resource);
  return { type: uid.type, family: [uid, ...parents].map(nameOf), attributes: Object.keys(attrs) };
}

/** What Cedar's partial evaluation left of a policy of which only the resource was unknown. */
export function testOf(residual: PolicyJson): Test {
  const test = compiled(conditionOf(residual));
  return (resource) => asBoolean(test(resource));
}

type Value = boolean | string | undefined;
type Compiled = (resource: EstateEntity) => Value;

function compiled(expr: Expr): Compiled {
  if (isUnknown(expr)) return ({ family }) => family[0];
  const node = expr as ExprNoExt;
  if ('Value' in node) return constant(literal(node.Value));
  if ('&&' in node) return choice(node['&&'].left, node['&&'].right, { Value: false });
  if ('||' in node) return choice(node['||'].left, { Value: true }, node['||'].right);
  if ('!' in node) return choice(node['!'].arg, { Value: false }, { Value: true });
  if ('if-then-else' in node) {
    const { if: condition, then, else: otherwise } = node['if-then-else'];
    return choice(condition, then, otherwise);
  }
  if ('==' in node) return equality(node['=='].left, node['=='].right);
  if ('!=' in node) return compiled({ '!': { arg: { '==': node['!='] } } });
  if ('in' in node && isUnknown(node.in.left)) return membership(node.in.right);
  if ('is' in node && isUnknown(node.is.left)) {
    const { entity_type: type, in: above } = node.is;
    const isIn = above ? membership(above) : constant(true);
    return (resource) => (resource.type === type ? isIn(resource) : false);
  }
  if ('has' in node && isUnknown(node.has.left)) {
    const { attr } = node.has;
    return ({ attributes }) => typeof attr === 'string' && attributes.includes(attr);
  }
  // All else is of a part that Cedar could not evaluate, and therefore left as it was written.
  return constant(undefined);
}

/** Cedar writes what it does not know, here the resource alone, as a call. */
const isUnknown = (expr: Expr): boolean => 'unknown' in expr;
const constant =
  (value: Value): Compiled =>
  () =>
    value;

function choice(condition: Expr, then: Expr, otherwise: Expr): Compiled {
  const [test, met, unmet] = [compiled(condition), compiled(then), compiled(otherwise)];
  return (resource) => {
    const isMet = asBoolean(test(resource));
    return isMet === undefined ? undefined : asBoolean((isMet ? met : unmet)(resource));
  };
}

function equality(left: Expr, right: Expr): Compiled {
  const [one, other] = [compiled(left), compiled(right)];
  return (resource) => {
    const values = [one(resource), other(resource)];
    return values.includes(undefined) ? undefined : values[0] === values[1];
  };
}

function membership(above: Expr): Compiled {
  const names = new Set(entitiesAmong(objectsIn(above)).map(nameOf));
  return ({ family }) => family.some((one) => names.has(one));
}

function literal(value: CedarValueJson): Value {
  if (typeof value === 'boolean') return value;
  return namesEntity(value) ? nameOf(value) : undefined;
}

const asBoolean = (value: Value): boolean | undefined => (typeof value === 'boolean' ? value : undefined);
