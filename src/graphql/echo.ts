import { type ASTNode, type GraphQLError, Kind, print } from 'graphql';

/** GraphQL's message without the words of the request that it quotes, since a secret may be in the wrong place. Names stay. */
export function withoutEcho(error: GraphQLError): string {
  if (error.extensions.code === 'GRAPHQL_PARSE_FAILED') return whole(SYNTAX.exec(error.message)?.[0] ?? 'Syntax Error');
  const [node] = error.nodes ?? [];
  if (!node) return error.message;
  if (node.kind === Kind.VARIABLE_DEFINITION) {
    return `Variable "$${node.variable.name.value}" has a value that does not fit its type (${print(node.type)}).`;
  }
  if (!isLiteral(node)) return error.message;
  return whole(LITERAL.exec(error.message)?.[0] ?? 'A value does not fit the type of its place');
}

/** Whether an error is about a value that the caller gave, whatever a scalar threw at it. */
export function isAboutInput({ nodes: [node] = [], path }: GraphQLError): boolean {
  return node !== undefined && path === undefined && (node.kind === Kind.VARIABLE_DEFINITION || isLiteral(node));
}

const whole = (start: string): string => `${start}.`;

const isLiteral = ({ kind }: ASTNode): boolean => kind.endsWith('Value') || kind === Kind.OBJECT_FIELD;

// Both begin where the message begins and end before the first word of the caller's that is no name of the contract.
const SYNTAX =
  /^Syntax Error: (?:(?:Expected [^,]+, found|Unexpected) (?:"[^\w"]{1,3}"|<\w+>|[A-Z]\w+)|[A-Z][a-z]+(?: [A-Za-z]+)*)/;
const LITERAL =
  /^(?:Expected (?:a )?value of (?:non-null )?type "[^"]+"(?: (?:not to be null|to be an object|(?:not )?to include \w+ field "\w+"))?|(?:Int|Float|String|Boolean|ID|Enum "\w+") cannot represent [a-z0-9 -]+(?=:))/;
