/** One entry of an error's `details`, as Resource Graph writes them. */
export interface Detail {
  readonly code: string;
  readonly message: string;
  readonly line?: number;
  readonly characterPositionInLine?: number;
  readonly token?: string;
  readonly expectedToken?: string;
}

/** Thrown for a query that Resource Graph would refuse; it holds what its 400 says. */
export class QueryError extends Error {
  readonly details: readonly Detail[];

  constructor(details: readonly Detail[]) {
    super(details.at(-1)?.message ?? 'The query is invalid.');
    this.details = details;
  }
}

const INVALID_QUERY: Detail = {
  code: 'InvalidQuery',
  message:
    'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
};

/** A query whose text cannot be read: where, and what should stand there. */
export function parserFailure(text: string, at: number, token: string, expectedToken: string): QueryError {
  const before = text.slice(0, at).split('\n');
  return new QueryError([
    INVALID_QUERY,
    {
      code: 'ParserFailure',
      message: 'ParserFailure',
      line: before.length,
      characterPositionInLine: before.at(-1)?.length ?? 0,
      token,
      expectedToken,
    },
  ]);
}

/** An operator, function or option that Kusto has and Resource Graph does not list. */
export function notInLanguage(token: string): QueryError {
  const position = { line: -1, characterPositionInLine: -1 };
  return new QueryError([
    INVALID_QUERY,
    { code: 'InvalidQueryLanguage', message: 'InvalidQueryLanguage', ...position, token },
  ]);
}

/** A query that can be read and makes no sense; the codes are Kusto's, such as SEM0100. */
export function semanticError(code: string, message: string): QueryError {
  return new QueryError([INVALID_QUERY, { code, message }]);
}

export const declaredTwice = (name: string): QueryError =>
  semanticError('SEM0139', `A column with the name '${name}' is already declared.`);

export function unknownTable(name: string): QueryError {
  const message = `Table ${name} is invalid, unsupported or disallowed.`;
  return new QueryError([{ code: 'DisallowedLogicalTableName', message }]);
}

export function unsupportedJoin(flavor: string): QueryError {
  return semanticError('UnsupportedJoinFlavor', `The join kind "${flavor}" is not supported or not allowed.`);
}

export function tooMany(what: string, limit: number): QueryError {
  return semanticError('InvalidQuery', `The query has more than ${limit} ${what}, the limit of a single query.`);
}
