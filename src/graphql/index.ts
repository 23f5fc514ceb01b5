import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { HttpRequest, HttpResponse } from '../http.ts';
import { withAnswerSize, withinSize } from './answer-size.ts';
import { createAnswers } from './answers.ts';
import { createArgumentTest } from './arguments.ts';
import type { Context } from './context.ts';
import { createDocuments } from './documents.ts';
import { createEngine } from './engine.ts';
import { withCodes } from './errors.ts';
import { explained, refusalToExplain } from './explain.ts';
import { createGate } from './gate.ts';
import { createCostTest } from './least-calls.ts';
import { withMissing } from './missing.ts';
import { tell } from './observe.ts';
import { NO_OPERATION } from './operation.ts';
import { createReader } from './parameters.ts';
import { type Result, respond, respondKept } from './respond.ts';
import { createSchema } from './schema.ts';
import { withStale } from './stale.ts';
import { readTrustedDocuments } from './trusted-documents.ts';
import { refusalByVariables } from './variables.ts';

type GraphQLConfig = Pick<Config, 'limits' | 'explorer' | 'trustedDocumentsFile' | 'governor'>;

/** GraphQL over HTTP: a query comes as a request, and its answer leaves as a response. Throws where its caller is gone. */
export type GraphQL = (request: HttpRequest, context: Context) => Promise<HttpResponse>;

export function createGraphQL(config: GraphQLConfig, clock: Clock): GraphQL {
  const { limits, explorer, trustedDocumentsFile, governor } = config;
  const schema = withAnswerSize(createSchema(), limits.maxRepeats);
  const trusted = trustedDocumentsFile ? readTrustedDocuments(trustedDocumentsFile, schema, limits) : undefined;
  const read = createReader(limits.maxBodyBytes, trusted);
  const engine = createEngine(schema);
  const prepare = createDocuments(engine, limits, trusted);
  const answers = createAnswers(clock);
  const refusalByGate = createGate(schema, { isSchemaOpen: explorer });
  const refusalByArguments = createArgumentTest(schema);
  const refusalByCost = createCostTest(schema, governor.maxUpstreamCalls);

  return async (request, context) => {
    let operation = NO_OPERATION;
    let key: string | undefined;
    let result: Result;
    try {
      const parameters = await read(request);
      const prepared = prepare(parameters.query);
      operation = prepared.operationOf(parameters.operationName);
      const refusal =
        refusalByGate(prepared.document, request, context.caller) ??
        refusalToExplain(request, context) ??
        refusalByVariables(operation, parameters) ??
        refusalByArguments(prepared.document, parameters, context) ??
        refusalByCost(prepared.document, parameters, context);
      key = refusal ? undefined : answers.keyOf(parameters, operation, request, context);
      const kept = key === undefined ? undefined : answers.find(key, context);
      if (kept) {
        tell(operation, context, { data: {} }, true);
        return respondKept(kept, request);
      }
      result = refusal
        ? { errors: [refusal] }
        : withinSize(await engine.execute(prepared.document, parameters, context, request.signal), context);
    } catch (error) {
      if (request.signal.aborted) throw error;
      result = { errors: Array.isArray(error) ? error : [error] };
    }
    const coded = withCodes(explained(withStale(withMissing(result, context), context), request, context), context);
    tell(operation, context, coded);
    const response = respond(coded, request);
    if (key !== undefined) answers.keep(key, coded, response, context);
    return response;
  };
}
