import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  buildSchema,
  execute,
  type GraphQLError,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLUnionType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  responsePathAsArray,
  specifiedRules,
  validate,
} from 'graphql';
import type { Context } from '../src/graphql/context.ts';
import { planOf } from '../src/graphql/execute/plan.ts';
import { createExecute } from '../src/graphql/execute.ts';
import { documents } from './support/documents.ts';

const schema = buildSchema(`
  interface Animal { name: String! friend: Animal owner: Person mood: Mood }
  type Dog implements Animal { name: String! friend: Animal owner: Person mood: Mood tricks: [String!] }
  type Cat implements Animal { name: String! friend: Animal owner: Person mood: Mood! lives: Int! }
  union Pet = Dog | Cat
  enum Mood { GOOD BAD }
  input How { loud: Boolean = true word: String }
  type Person {
    id: ID! age: Int height: Float! tags: [String!]! matrix: [[Int!]] pets: [Pet] strays: [Animal!]! best: Animal!
    says(words: [String!] = ["hi"] times: Int = 2 how: How): String
    child: Person heir: Person!
  }
  type Query { me: Person people(first: Int = 3): [Person!] crowd: [Person] animal: Animal pet: Pet word: String! }
`);
const ARGUMENTS = {
  says: ['(times: $n)', '(words: $words, how: { loud: $loud })', '(times: null)', '(how: { word: "Variable" })'],
  people: ['(first: 1)', '(first: $n)'],
};
const objects = ['Query', 'Person', 'Dog', 'Cat'].map((name) => schema.getType(name) as GraphQLObjectType);

describe('an operation run by a plan', () => {
  it('is answered as by graphql-js, whatever its fields give and wherever they fail', async () => {
    const planned = { yes: 0, no: 0 };
    const same = fc.asyncProperty(
      documents(schema, ARGUMENTS),
      fc.nat(),
      fc.nat(3),
      async ({ text, variables }, seed, ill) => {
        const document = parse(text);
        fc.pre(validate(schema, document, RULES).length === 0);
        planned[planOf(schema, document, undefined) ? 'yes' : 'no'] += 1;
        const asked = { query: text, variables, operationName: undefined };
        world = { seed, ill };
        const ours = await createExecute(schema, document)(asked, CONTEXT, new AbortController().signal);
        const theirs = await execute({ schema, document, variableValues: variables, contextValue: CONTEXT });
        assertSame(ours as Shown, theirs as Shown, text);
      },
    );
    await fc.assert(same, { numRuns: 1_000 });
    assert.ok(planned.yes > 300 && planned.no > 20, JSON.stringify(planned));
  });

  it('ends with its signal, and asks nothing more', async () => {
    const asked: string[] = [];
    const waiting = Promise.withResolvers<object>();
    const small = buildSchema('type Thing { name: String } type Query { thing: Thing }');
    Object.assign(small.getQueryType()?.getFields().thing ?? {}, { resolve: () => waiting.promise });
    const run = createExecute(small, parse('{ thing { name } }'));
    const gone = new AbortController();
    const answer = run({ query: '', variables: undefined, operationName: undefined }, CONTEXT, gone.signal);
    gone.abort(new Error('gone'));
    await assert.rejects(answer, { message: 'gone' });
    waiting.resolve({ name: () => asked.push('name') });
    await new Promise(setImmediate);
    assert.deepEqual(asked, []);
  });
});

// In words of its own.
const UNTYPED = /^(Abstract type|Runtime Object type|A (Animal|Pet) was resolved).*/;
const CONTEXT = {} as Context;
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule && rule !== NoUnusedVariablesRule);

interface Shown {
  readonly data?: object | null;
  readonly errors?: readonly GraphQLError[];
}

/** Answered alike: the same data, and for each place where something became null the same failures at it. */
function assertSame(ours: Shown, theirs: Shown, text: string): void {
  assert.deepEqual(plain(ours.data), plain(theirs.data), text);
  const [here, there] = [failures(ours), failures(theirs)];
  assert.deepEqual([...here.keys()].sort(), [...there.keys()].sort(), text);
  // Of what failed below one place at the same time, one failure decides and others may or may not be told: the specification leaves it open.
  for (const [place, told] of here)
    assert.ok(
      [...told].some((each) => there.get(place)?.has(each)),
      `${place}: ${text}`,
    );
}

/** What was told, by the place in the answer that is null for it. */
function failures({ data, errors = [] }: Shown): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>();
  for (const { path = [], message, locations } of errors) {
    const place = JSON.stringify(nullAlong(path, data));
    const told = JSON.stringify([path, message.replace(UNTYPED, 'no such type'), locations]);
    places.set(place, (places.get(place) ?? new Set()).add(told));
  }
  return places;
}

function nullAlong(path: readonly (string | number)[], data: unknown): readonly (string | number)[] {
  let at = data;
  for (const [depth, key] of path.entries()) {
    if (at == null) return path.slice(0, depth);
    at = (at as Record<string, unknown>)[key];
  }
  return path;
}

const plain = (data: unknown): unknown => JSON.parse(JSON.stringify(data ?? null));

let world = { seed: 0, ill: 0 };

// What a field gives follows from where it is: the same to both, however often they ask. Scalars are properties of their objects,
// but for the one that has arguments.
for (const type of objects) {
  for (const field of Object.values(type.getFields())) {
    const isScalar = type.name !== 'Query' && isLeafType(getNamedType(field.type)) && field.args.length === 0;
    if (isScalar) continue;
    field.resolve = (_source, args, _context, { path, returnType }) =>
      given(returnType, JSON.stringify([responsePathAsArray(path), args]));
  }
}
(schema.getType('Animal') as GraphQLInterfaceType).resolveType = ({ kind }) => kind;
(schema.getType('Pet') as GraphQLUnionType).resolveType = async ({ kind }) => kind;

/** What a resolver gives, throws or promises at this place. */
function given(type: GraphQLOutputType, place: string): unknown {
  const chance = chanceOf(place);
  if (chance(40) < world.ill * 2) return FAULTS[chance(FAULTS.length)]?.();
  const value = sound(type, place);
  return chance(5) === 0 ? Promise.resolve(value) : value;
}

function sound(type: GraphQLOutputType, place: string): unknown {
  if (isNonNullType(type)) return sound(type.ofType, place);
  const chance = chanceOf(`${place} value`);
  if (isListType(type)) {
    return Array.from({ length: chance(4) }, (_, nth) => withoutThrowing(() => given(type.ofType, `${place}${nth}`)));
  }
  if (isLeafType(type))
    return { Int: chance(9), Float: chance(9) / 2, Mood: 'GOOD' }[type.name] ?? `${type.name} ${chance(9)}`;
  const kinds = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  const kind = kinds[chance(kinds.length)] as GraphQLObjectType;
  const scalars = Object.values(kind.getFields()).filter((field) => !field.resolve);
  return Object.fromEntries([
    ['kind', kind.name],
    ...scalars.map((field) => [field.name, property(field.type, `${place}.${field.name}`)]),
  ]);
}

// As a value, or as a method that gives it.
function property(type: GraphQLOutputType, place: string): unknown {
  const isMethod = chanceOf(`${place} form`)(3) === 0;
  return isMethod ? () => given(type, place) : withoutThrowing(() => given(type, place));
}

const FAULTS: readonly (() => unknown)[] = [
  () => {
    throw new Error('thrown');
  },
  () => new Error('returned'),
  () => handled(Promise.reject(new Error('rejected'))),
  () => null,
  () => undefined,
  () => ({ kind: 'Nothing' }),
  () => 'a text',
  () => Number.NaN,
];

function withoutThrowing(give: () => unknown): unknown {
  try {
    return give();
  } catch (error) {
    return error;
  }
}

// Of a field that is not selected nobody hears.
function handled(promise: Promise<unknown>): Promise<unknown> {
  promise.catch(() => {});
  return promise;
}

/** Numbers below `bound` that follow from the place and the world. */
function chanceOf(place: string): (bound: number) => number {
  const digest = createHash('md5').update(`${world.seed} ${place}`).digest();
  let at = 0;
  return (bound) => digest.readUInt16LE(at++ * 2) % bound;
}
