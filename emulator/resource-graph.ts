import { armError, withArmHeaders } from './arm/answer.ts';
import { armCaller } from './arm/caller.ts';
import type { Principal } from './entra/tokens.ts';
import {
  accessDenied,
  badRequest,
  graphError,
  payloadTooLarge,
  rateLimited,
  withGraphQuota,
} from './resource-graph/answer.ts';
import { facetOf } from './resource-graph/facets.ts';
import { parseQuery } from './resource-graph/kql/parse.ts';
import { QueryError } from './resource-graph/kql/problem.ts';
import { run } from './resource-graph/kql/run.ts';
import { pageOf } from './resource-graph/page.ts';
import { type Question, QuestionError, readQuestion } from './resource-graph/question.ts';
import { type Sight, tableOf } from './resource-graph/tables.ts';
import { hasRoleAround, readerOf } from './roles.ts';
import { type Context, json } from './service.ts';

const PATH = /^\/providers\/Microsoft\.ResourceGraph\//i;
const API_VERSIONS = [
  ...['2024-04-01', '2022-10-01', '2021-06-01-preview', '2021-03-01', '2020-04-01-preview', '2019-04-01'],
  '2018-09-01-preview',
];
const MAX_PAYLOAD_IN_BYTES = 16_777_216;

/** Is this path of the ARM host Resource Graph's? */
export function isResourceGraphPath(pathname: string): boolean {
  return PATH.test(pathname);
}

/** Resource Graph: one query over all that the caller may read. */
export async function resourceGraph(request: Request, context: Context): Promise<Response> {
  return withArmHeaders(await answer(request, context), context);
}

async function answer(request: Request, context: Context): Promise<Response> {
  const wrong = addressError(request, context);
  if (wrong) return wrong;
  const caller = await armCaller(request, context);
  if (caller instanceof Response) return caller;
  const quota = context.quotas.spendGraphQuery(caller.principalId);
  const response = quota.granted ? await reply(request, caller, context) : rateLimited(quota, context);
  return withGraphQuota(response, quota);
}

function addressError({ method }: Request, { url }: Context): Response | null {
  const [, path = ''] = url.pathname.split(PATH);
  if (path.replace(/\/$/, '').toLowerCase() !== 'resources') {
    const message = `The resource type '${path}' could not be found in the local Azure, which serves 'resources' of Resource Graph.`;
    return armError(404, 'InvalidResourceType', message);
  }
  if (method !== 'POST') {
    const message = `The requested resource does not support http method '${method}'.`;
    return armError(405, 'MethodNotAllowed', message, { allow: 'POST' });
  }
  const version = url.searchParams.get('api-version');
  if (version !== null && API_VERSIONS.includes(version)) return null;
  const message = `The api-version '${version ?? ''}' is invalid. The supported versions are '${API_VERSIONS.join(',')}'.`;
  return armError(400, version ? 'InvalidApiVersionParameter' : 'MissingApiVersionParameter', message);
}

async function reply(request: Request, caller: Principal, context: Context): Promise<Response> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return graphError(500, 'InternalServerError', [], context);
  }
  try {
    const version = context.url.searchParams.get('api-version') ?? '';
    const question = readQuestion(JSON.parse(await request.text()), version);
    const sight = sightOf(question, caller, context);
    return sight ? query(question, sight, context) : accessDenied(context);
  } catch (error) {
    if (error instanceof QueryError) return graphError(400, 'BadRequest', error.details, context);
    if (error instanceof QuestionError) return badRequest(error.code, error.message, context);
    if (error instanceof SyntaxError) return badRequest('InvalidRequest', 'The request body is not JSON.', context);
    throw error;
  }
}

/** Null when the caller may read nothing of what it asks about; what it may not read of it is left out without a word. */
function sightOf({ subscriptions, managementGroups }: Question, caller: Principal, context: Context): Sight | null {
  const { world, clock, resourceGraphLagInMs } = context;
  const named = subscriptions && new Set(subscriptions.map((id) => id.toLowerCase()));
  // There is one management group, the tenant's root, whose name is the tenant's id.
  const isElsewhere = managementGroups?.every((name) => name.toLowerCase() !== world.tenant.id) ?? false;
  const visible = world.subscriptions
    .filter(({ subscriptionId }) => !isElsewhere && (named?.has(subscriptionId.toLowerCase()) ?? true))
    .filter(({ id }) => hasRoleAround(world, caller.principalId, id))
    .map(({ subscriptionId }) => subscriptionId);
  if (visible.length === 0) return null;
  const scope = new Set(visible);
  return {
    world,
    ...{ now: clock.now(), lagInMs: resourceGraphLagInMs, mayRead: readerOf(world, caller.principalId) },
    isInScope: (subscriptionId) => scope.has(subscriptionId),
  };
}

function query(question: Question, sight: Sight, context: Context): Response {
  const startedAt = performance.now();
  const parsed = parseQuery(question.query);
  const rows = run(parsed, { table: (name) => tableOf(name, sight), now: sight.now });
  const isLimited = parsed.operators.some(({ kind }) => kind === 'take');
  const page = pageOf(rows, question, isLimited);
  const facets = question.facets.map((facet) => facetOf(rows, facet, sight.now));
  const body = { ...page, facets };
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > MAX_PAYLOAD_IN_BYTES) return payloadTooLarge(bytes, MAX_PAYLOAD_IN_BYTES, context);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(7).padStart(10, '0');
  return json(200, body, {
    'x-ms-resource-graph-request-duration': `00:00:${seconds}`,
    'x-ms-tenant-subscription-limit-hit': 'false',
  });
}
