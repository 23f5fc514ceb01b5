import { type DocumentNode, execute, type GraphQLSchema, getVariableValues } from 'graphql';
import type { Context } from './context.ts';
import { type Plan, planOf } from './execute/plan.ts';
import { runPlan } from './execute/run.ts';
import type { Parameters } from './parameters.ts';
import type { Result } from './respond.ts';

const MAX_COERCION_ERRORS = 50;

/** Runs an operation of a valid document. Rejects when the signal ends first. */
export type Execute = (asked: Parameters, context: Context, signal: AbortSignal) => Promise<Result>;

/**
 * Operations run by a plan that is made once a document: what GraphQL looks up for each field of each record is looked up
 * once. Those that no plan is made for run by graphql-js, which answers the same: a test compares them.
 */
export function createExecute(schema: GraphQLSchema, document: DocumentNode): Execute {
  const plans = new Map<string | undefined, Plan | undefined>();

  return async ({ variables, operationName }, contextValue, abortSignal) => {
    const plan = planNamed(operationName);
    if (!plan) {
      const asked = { schema, document, contextValue, variableValues: variables, operationName, abortSignal };
      return execute({ ...asked, hideSuggestions: true });
    }
    const options = { maxErrors: MAX_COERCION_ERRORS, hideSuggestions: true };
    const { errors, variableValues } = getVariableValues(
      schema,
      plan.operation.variableDefinitions ?? [],
      variables ?? {},
      options,
    );
    if (errors) return { errors };
    return runPlan({ plan, context: contextValue, variableValues, signal: abortSignal });
  };

  // A name that the document does not have is none to keep: callers invent them.
  function planNamed(name: string | undefined): Plan | undefined {
    if (plans.has(name)) return plans.get(name);
    const plan = planOf(schema, document, name);
    if (plan || name === undefined) plans.set(name, plan);
    return plan;
  }
}
