import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { HttpRequest, HttpResponse, WholeResponse } from '../http.ts';
import { shareOfHeap } from '../memory.ts';
import { createAnswers } from './answers.ts';
import { createArgumentTest } from './arguments.ts';
import type { Context } from './context.ts';
import { createDocuments } from './documents.ts';
import { createEngine } from './engine.ts';
import { withCodes } from './errors.ts';
import { withinSize } from './excess.ts';
import { explained, refusalToExplain } from './explain.ts';
import { createGate } from './gate.ts';
import { createIntrospectionTest } from './introspection.ts';
import { createCostTest } from './least-calls.ts';
import { createMaking } from './making.ts';
import { withMissing } from './missing.ts';
import { tell } from './observe.ts';
import { NO_OPERATION } from './operation.ts';
import { createReader } from './parameters.ts';
import { type Result, respond, respondKept } from './respond.ts';
import { createRoom } from './room.ts';
import { createSchema } from './schema.ts';
import { withStale } from './stale.ts';
import { readTrustedDocuments } from './trusted-documents.ts';
import { declared, refusalByVariables } from './variables.ts';

// Of the heap: one answer while it is made, whatever the settings allow, and all that are made side by side.
const SHARE_OF_ONE = 0.2;
const SHARE_OF_ALL = 0.1;

type GraphQLConfig = Pick<Config, 'requestTimeoutInMs' | 'limits' | 'explorer' | 'trustedDocumentsFile' | 'governor'>;

/** GraphQL over HTTP: a query comes as a request, and its answer leaves as a response. Throws where its caller is gone. */
export type GraphQL = (request: HttpRequest, context: Context) => Promise<HttpResponse>;

export function createGraphQL(config: GraphQLConfig, clock: Clock): GraphQL {
  const { requestTimeoutInMs, limits, explorer, trustedDocumentsFile, governor } = config;
  const room = createRoom({ maxBytes: shareOfHeap(SHARE_OF_ALL), maxLyingBytes: limits.maxUnsentBytes / 4 });
  const ofMemory = shareOfHeap(SHARE_OF_ONE);
  const maxBytes = Math.min(limits.maxAnswerBytes, ofMemory);
  const making = createMaking(room, { maxBytes, isOfMemory: maxBytes === ofMemory, requestTimeoutInMs });
  const schema = making.within(createSchema());
  const trusted = trustedDocumentsFile ? readTrustedDocuments(trustedDocumentsFile, schema, limits) : undefined;
  const read = createReader(limits.maxBodyBytes, trusted);
  const engine = createEngine(schema);
  const prepare = createDocuments(engine, limits, trusted);
  const answers = createAnswers(clock);
  const refusalByGate = createGate(schema, { isSchemaOpen: explorer });
  const refusalByIntrospection = createIntrospectionTest(schema, maxBytes);
  const refusalByArguments = createArgumentTest(schema);
  const refusalByCost = createCostTest(schema, governor.maxUpstreamCalls);

  return async (request, context) => {
    try {
      const response = await answer(request, context);
      making.made(response.byteLength, request, context);
      return response;
    } finally {
      context.conditions.claim?.end();
    }
  };

  // By itself, so that what is dropped of it is not held for as long as the answer takes.
  async function take(request: HttpRequest) {
    const asked = await read(request);
    const prepared = prepare(asked.query);
    const operation = prepared.operationOf(asked.operationName);
    return { prepared, operation, parameters: declared(operation, asked) };
  }

  async function answer(request: HttpRequest, context: Context): Promise<WholeResponse<string>> {
    let operation = NO_OPERATION;
    let key: string | undefined;
    let result: Result;
    try {
      const { prepared, parameters, ...taken } = await take(request);
      operation = taken.operation;
      const refusal =
        refusalByGate(prepared.document, request, context.caller) ??
        refusalByIntrospection(prepared.document) ??
        refusalToExplain(request, context) ??
        refusalByVariables(operation, parameters) ??
        refusalByArguments(prepared.document, parameters, context) ??
        refusalByCost(prepared.document, parameters, context);
      key = refusal ? undefined : answers.keyOf(parameters, operation, request, context);
      let kept = key === undefined ? undefined : answers.find(key, context);
      const turn = kept && making.beforeSending(kept.byteLength, context);
      if (key !== undefined && turn) {
        await turn;
        kept = answers.find(key, context);
      }
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
  }
}
