import type {
  ActionConstraint,
  CedarValueJson,
  Expr,
  ExprNoExt,
  PatternElem,
  PolicyJson,
  PrincipalConstraint,
  TypeAndId,
} from '@cedar-policy/cedar-wasm/nodejs';
import { type Maybe, namedEntity, type PartlyKnown, typeAndId } from './partly-known.ts';

export interface PartlyKnownRequest {
  readonly principal: PartlyKnown;
  readonly action: PartlyKnown;
  readonly resource: PartlyKnown;
}

/**
 * Whether a policy holds for a request of which not all is known, by https://docs.cedarpolicy.com/policies/json-format.html.
 * An operator that it has no need to know is undefined. An error may count as anything: it makes the decision a denial.
 */
export function holds(policy: PolicyJson, request: PartlyKnownRequest): Maybe {
  return and(isAbout(policy, request), isTrue(conditionOf(policy), request));
}

/** Whether the request is in the policy's scope, whatever its conditions say. */
export function isAbout({ principal, action, resource }: PolicyJson, request: PartlyKnownRequest): Maybe {
  return and(meets(request.principal, principal), meets(request.action, action), meets(request.resource, resource));
}

/** Its `when`s and `unless`es as one expression, evaluated from left to right as they are. */
export function conditionOf({ conditions }: PolicyJson): Expr {
  return conditions.reduce<Expr>(
    (left, { kind, body }) => ({ '&&': { left, right: kind === 'when' ? body : { '!': { arg: body } } } }),
    { Value: true },
  );
}

export function isTrue(expr: Expr, request: PartlyKnownRequest): Maybe {
  return asMaybe(evaluate(expr, request));
}

function meets(entity: PartlyKnown, constraint: PrincipalConstraint | ActionConstraint): Maybe {
  if (constraint.op === 'All') return true;
  if (constraint.op === 'is') {
    const above = constraint.in;
    const isType = entity.type === constraint.entity_type;
    return above && 'entity' in above ? and(isType, entity.isIn(typeAndId(above.entity))) : isType;
  }
  if ('entities' in constraint) return or(...constraint.entities.map((each) => entity.isIn(typeAndId(each))));
  if (!('entity' in constraint)) return undefined;
  const other = typeAndId(constraint.entity);
  return constraint.op === '==' ? entity.is(other) : entity.isIn(other);
}

/** Undefined: not known. */
type Value = boolean | string | PartlyKnown | readonly Value[] | undefined;

function evaluate(expr: Expr, request: PartlyKnownRequest): Value {
  // The call of an extension function has a name of its own, and none of the keys below.
  const node = expr as ExprNoExt;
  const of = (inner: Expr) => evaluate(inner, request);
  const test = (inner: Expr) => isTrue(inner, request);
  if ('Value' in node) return literal(node.Value);
  if ('Var' in node) return node.Var === 'context' ? undefined : request[node.Var];
  if ('Set' in node) return node.Set.map(of);
  if ('&&' in node) return and(test(node['&&'].left), test(node['&&'].right));
  if ('||' in node) return or(test(node['||'].left), test(node['||'].right));
  if ('!' in node) return not(test(node['!'].arg));
  if ('==' in node) return equal(of(node['=='].left), of(node['=='].right));
  if ('!=' in node) return not(equal(of(node['!='].left), of(node['!='].right)));
  if ('in' in node) return isIn(of(node.in.left), of(node.in.right));
  if ('.' in node) return attribute(of(node['.'].left), node['.'].attr);
  if ('has' in node) return has(of(node.has.left), node.has.attr);
  if ('like' in node) return isLike(of(node.like.left), node.like.pattern);
  if ('contains' in node) return contains(of(node.contains.left), of(node.contains.right));
  if ('is' in node) {
    const entity = of(node.is.left);
    const isType = isEntity(entity) ? entity.type === node.is.entity_type : undefined;
    return node.is.in ? and(isType, isIn(entity, of(node.is.in))) : isType;
  }
  if ('if-then-else' in node) {
    const branches = node['if-then-else'];
    const condition = test(branches.if);
    return condition === undefined ? undefined : of(condition ? branches.then : branches.else);
  }
  return undefined;
}

function literal(value: CedarValueJson): Value {
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  return namesEntity(value) ? namedEntity(value.__entity) : undefined;
}

export const namesEntity = (value: CedarValueJson): value is { __entity: TypeAndId } =>
  typeof value === 'object' && value !== null && '__entity' in value;

function equal(one: Value, other: Value): Maybe {
  if (isEntity(one) && isEntity(other)) {
    if (other.uid) return one.is(other.uid);
    return one.uid && other.is(one.uid);
  }
  const areKnown = [one, other].every((value) => typeof value === 'string' || typeof value === 'boolean');
  return areKnown ? one === other : undefined;
}

function isIn(one: Value, above: Value): Maybe {
  if (Array.isArray(above)) return or(...above.map((each) => isIn(one, each)));
  return isEntity(one) && isEntity(above) && above.uid ? one.isIn(above.uid) : undefined;
}

function attribute(owner: Value, name: string): Value {
  const value = isEntity(owner) ? owner.attributes?.[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function has(owner: Value, name: string | readonly string[]): Maybe {
  // A path of several names is of records, which no entity of the schema has.
  if (!isEntity(owner) || !owner.attributes || typeof name !== 'string') return undefined;
  return Object.hasOwn(owner.attributes, name);
}

function isLike(text: Value, pattern: readonly PatternElem[]): Maybe {
  if (typeof text !== 'string') return undefined;
  const source = pattern.map((element) =>
    element === 'Wildcard' ? '.*' : element.Literal.replace(/[^\w\s]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`, 's').test(text);
}

function contains(set: Value, member: Value): Maybe {
  return Array.isArray(set) ? or(...set.map((each) => equal(each, member))) : undefined;
}

const isEntity = (value: Value): value is PartlyKnown => typeof value === 'object' && 'attributes' in value;
const asMaybe = (value: Value): Maybe => (typeof value === 'boolean' ? value : undefined);

const not = (one: Maybe): Maybe => (one === undefined ? undefined : !one);
const or = (...all: readonly Maybe[]): Maybe => not(and(...all.map(not)));

function and(...all: readonly Maybe[]): Maybe {
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}
