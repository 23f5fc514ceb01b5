import type { Expr, ExprNoExt, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { conditionOf, isAbout, isTrue, type PartlyKnownRequest } from './holds.ts';
import { APPLIES_TO } from './model.ts';
import { at, nodesOf, objectsIn } from './names.ts';
import { knownEntity, type PartlyKnown, someCaller, someResource } from './partly-known.ts';
import { codeOf } from './text.ts';

/**
 * What keeps a policy on the estate from being put into a query, and where in its text: Azure counts and pages by
 * subscription and resource group, so a policy may ask nothing else of what is read.
 */
export function complaintsAboutEstate(json: PolicyJson, text: string): { index: number; message: string }[] {
  const refused = new Set(requestsOf(json, someCaller()).flatMap((request) => irreducible(conditionOf(json), request)));
  const mentions = nodesOf(json).filter(isMention);
  const places = placesOfMentions(text);
  return [...refused].map((expr) => {
    const nth = mentions.findIndex((mention) => objectsIn(expr).includes(mention));
    // A policy that is written otherwise than expected is found by its begin.
    const index = places.length === mentions.length ? (places[nth] ?? 0) : 0;
    return { index, message: messageOn(expr) };
  });
}

/** Whether `readEstate` of this caller can be in the policy's scope. */
export function isOnEstate(json: PolicyJson, caller: PartlyKnown): boolean {
  return requestsOf(json, caller).length > 0;
}

function requestsOf(json: PolicyJson, principal: PartlyKnown): PartlyKnownRequest[] {
  const action = knownEntity({ uid: { type: 'Action', id: 'readEstate' }, attrs: {}, parents: [] });
  return APPLIES_TO.readEstate
    .map((type) => ({ principal, action, resource: someResource({ type }) }))
    .filter((request) => isAbout(json, request) !== false);
}

/** The smallest parts of a condition that a query cannot say. What the kind of resource or action rules out counts not. */
function irreducible(expr: Expr, request: PartlyKnownRequest): Expr[] {
  // The call of an extension function has a name of its own, and none of the keys below.
  const node = expr as ExprNoExt;
  const of = (...inner: readonly Expr[]) => inner.flatMap((each) => irreducible(each, request));
  // Whether it is reached is asked only of what would be refused: asked of each in a long row of `||`, the cost is squared.
  const unless = (isOut: () => boolean, inner: Expr) => {
    const refused = of(inner);
    return refused.length > 0 && isOut() ? [] : refused;
  };
  if ('&&' in node) {
    const { left, right } = node['&&'];
    return [...of(left), ...unless(() => isTrue(left, request) === false, right)];
  }
  if ('||' in node) {
    const { left, right } = node['||'];
    return [...of(left), ...unless(() => isTrue(left, request) === true, right)];
  }
  if ('!' in node) return of(node['!'].arg);
  if ('if-then-else' in node) {
    const { if: condition, then, else: otherwise } = node['if-then-else'];
    const isMet = () => isTrue(condition, request);
    return [...of(condition), ...unless(() => isMet() === false, then), ...unless(() => isMet() === true, otherwise)];
  }
  const comparison = '==' in node ? node['=='] : '!=' in node ? node['!='] : undefined;
  if (comparison && !sides(comparison).some(isResource)) return of(...sides(comparison));
  return isReducible(node) || !objectsIn(node).some(isMention) ? [] : [node];
}

function isReducible(node: ExprNoExt): boolean {
  if ('==' in node) return sides(node['==']).some(isEntity);
  if ('!=' in node) return sides(node['!=']).some(isEntity);
  if ('in' in node) return isResource(node.in.left) && areEntities(node.in.right);
  if ('is' in node) return isResource(node.is.left) && (node.is.in === undefined || areEntities(node.is.in));
  return 'has' in node && isResource(node.has.left) && typeof node.has.attr === 'string';
}

const sides = ({ left, right }: { left: Expr; right: Expr }): Expr[] => [left, right];
const isResource = (expr: Expr): boolean => 'Var' in expr && expr.Var === 'resource';
const areEntities = (expr: Expr): boolean =>
  'Set' in expr && Array.isArray(expr.Set) ? expr.Set.every(isEntity) : isEntity(expr);
const isEntity = (expr: Expr): boolean => at(expr, 'Value', '__entity') !== undefined;

/** The resource, or a literal of a kind that it could be: what Cedar knows of one depends on which is asked about. */
function isMention(node: object): boolean {
  if ('Var' in node) return node.Var === 'resource';
  return 'id' in node && 'type' in node && APPLIES_TO.readEstate.some((type) => type === node.type);
}

const MENTION = /(?<![.@]\s*|\bhas\s+)\bresource\b(?!\s*:(?!:))|\b(?:Subscription|ResourceGroup)\s*::/g;

/** Where each mention is, in the order in which Cedar's JSON has them; but for the first, the word of the scope. */
function placesOfMentions(text: string): number[] {
  return [...codeOf(text).matchAll(MENTION)].slice(1).map(({ index }) => index);
}

function messageOn(expr: Expr): string {
  const attributes = objectsIn(expr).map(
    (node) => at(node, '.', 'left', 'Var') === 'resource' && at(node, '.', 'attr'),
  );
  const attribute = attributes.find((name) => name);
  const what = attribute ? `resource.${attribute}` : 'this condition';
  return `${what} cannot decide on readEstate, by which Azure itself filters and counts: compare the resource by in, == or is, with Subscription::"<guid>" or ResourceGroup::"<guid>/<name>", or leave readEstate out of this policy's actions.`;
}
