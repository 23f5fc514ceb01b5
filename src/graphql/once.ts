import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Azure } from '../azure/index.ts';
import type { Context } from './context.ts';

/** Answers a field once for a parent that stands in one answer several times: below one another, relations lead back and forth. */
export function onceFor<Parent, Args, Answer>(
  idOf: (parent: Parent) => string,
  resolve: Resolve<Parent, Args, Answer>,
): Resolve<Parent, Args, Answer> {
  const known = new WeakMap<Azure, Map<string, Answer>>();
  const numbers = new WeakMap<FieldNode, number>();
  let latest = 0;

  return (parent, args, context, info) => {
    const answers = known.get(context.azure) ?? new Map<string, Answer>();
    known.set(context.azure, answers);
    const key = `${info.fieldNodes.map(numberOf)} ${idOf(parent)}`;
    const answer = answers.get(key) ?? resolve(parent, args, context, info);
    answers.set(key, answer);
    return answer;
  };

  // Equal fields of one operation have equal arguments and select the same.
  function numberOf(node: FieldNode): number {
    const number = numbers.get(node) ?? latest + 1;
    latest = Math.max(latest, number);
    numbers.set(node, number);
    return number;
  }
}

type Resolve<Parent, Args, Answer> = (parent: Parent, args: Args, context: Context, info: GraphQLResolveInfo) => Answer;
