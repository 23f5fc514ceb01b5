import { createHash } from 'node:crypto';

/** What a request asks, checked. */
export interface Question {
  readonly query: string;
  /** Null: all that the caller may read. */
  readonly subscriptions: readonly string[] | null;
  readonly managementGroups: readonly string[] | null;
  readonly top: number;
  readonly skip: number;
  /** Where the page starts, told by a token of the same question. */
  readonly start: number | null;
  readonly format: 'objectArray' | 'table';
  readonly facets: readonly FacetQuestion[];
}

export interface FacetQuestion {
  readonly expression: string;
  readonly sortBy: string;
  readonly descending: boolean;
  readonly top: number;
  readonly filter: string | null;
}

/** Thrown for a request that Resource Graph would refuse before it looks at the query. */
export class QuestionError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_PAGE_SIZE = 1000;
const MAX_SUBSCRIPTIONS = 1000;
const SCOPE_FILTERS = ['AtScopeAndBelow', 'AtScopeAndAbove', 'AtScopeExact', 'AtScopeAboveAndBelow'];

/** Versions before 2021 answer a table where the request does not say. */
export function readQuestion(body: unknown, apiVersion: string): Question {
  if (!isFields(body)) throw new QuestionError('InvalidRequest', 'The request body must be a JSON object.');
  const options = fields(body.options, 'options');
  const { query } = body;
  if (typeof query !== 'string' || query.trim() === '') {
    throw new QuestionError('InvalidQuery', 'The request must have a query.');
  }
  const subscriptions = texts(body.subscriptions, 'subscriptions');
  const managementGroups = texts(body.managementGroups, 'managementGroups');
  if (subscriptions && managementGroups) {
    throw new QuestionError('InvalidScope', 'The request cannot name both subscriptions and management groups.');
  }
  if (subscriptions && subscriptions.length > MAX_SUBSCRIPTIONS) {
    throw new QuestionError('TooManySubscriptions', `A request names at most ${MAX_SUBSCRIPTIONS} subscriptions.`);
  }
  oneOf(options.authorizationScopeFilter, 'authorizationScopeFilter', SCOPE_FILTERS);
  const question = {
    ...{ query, subscriptions, managementGroups },
    top: count(options.$top, '$top', 1, MAX_PAGE_SIZE) ?? MAX_PAGE_SIZE,
    skip: count(options.$skip, '$skip', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    format: format(options.resultFormat, apiVersion),
    facets: list(body.facets, 'facets').map(facet),
  };
  return { ...question, start: startOf(options.$skipToken, question) };
}

/** The token of the page that starts there, good for the same query and scope alone. */
export function skipToken(
  start: number,
  question: Pick<Question, 'query' | 'subscriptions' | 'managementGroups'>,
): string {
  return Buffer.from(JSON.stringify({ start, of: digest(question) })).toString('base64');
}

function startOf(token: unknown, question: Parameters<typeof skipToken>[1]): number | null {
  if (token === undefined || token === null || token === '') return null;
  const decoded = Buffer.from(String(token), 'base64').toString();
  const [, start, of] = decoded.match(/^\{"start":(\d+),"of":"([\w-]+)"\}$/) ?? [];
  if (start === undefined || of !== digest(question)) {
    throw new QuestionError('InvalidSkipToken', 'The skip token is invalid, or belongs to another query or scope.');
  }
  return Number(start);
}

function digest({ query, subscriptions, managementGroups }: Parameters<typeof skipToken>[1]): string {
  const text = JSON.stringify([query, subscriptions, managementGroups]);
  return createHash('sha256').update(text).digest('base64url');
}

function format(value: unknown, apiVersion: string): Question['format'] {
  const given = oneOf(value, 'resultFormat', ['objectArray', 'table']);
  if (given !== null) return given === 'table' ? 'table' : 'objectArray';
  return apiVersion < '2021' ? 'table' : 'objectArray';
}

function facet(value: unknown): FacetQuestion {
  const { expression, options } = fields(value, 'facets');
  const { sortBy, sortOrder, filter, $top } = fields(options, 'facets.options');
  if (typeof expression !== 'string') throw new QuestionError('InvalidFacets', 'A facet must have an expression.');
  return {
    expression,
    sortBy: typeof sortBy === 'string' ? sortBy : 'count',
    descending: oneOf(sortOrder, 'sortOrder', ['asc', 'desc']) !== 'asc',
    top: count($top, 'facets.options.$top', 1, MAX_PAGE_SIZE) ?? 10,
    filter: typeof filter === 'string' ? filter : null,
  };
}

function count(value: unknown, name: string, least: number, most: number): number | null {
  if (value === undefined || value === null) return null;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw new QuestionError('InvalidOptions', `${name} must be a whole number from ${least} to ${most}.`);
}

function oneOf(value: unknown, name: string, values: readonly string[]): string | null {
  if (value === undefined || value === null) return null;
  const known = values.find((one) => one.toLowerCase() === String(value).toLowerCase());
  if (!known) throw new QuestionError('InvalidOptions', `${name} must be one of ${values.join(', ')}.`);
  return known;
}

function texts(value: unknown, name: string): string[] | null {
  const items = list(value, name);
  if (!items.every((item) => typeof item === 'string')) {
    throw new QuestionError('InvalidRequest', `${name} must be a list of strings.`);
  }
  return items.length === 0 ? null : items;
}

function list(value: unknown, name: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new QuestionError('InvalidRequest', `${name} must be a list.`);
  return value;
}

function fields(value: unknown, name: string): Fields {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) throw new QuestionError('InvalidRequest', `${name} must be an object.`);
  return value;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
