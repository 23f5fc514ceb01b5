import { parserFailure, type QueryError } from './problem.ts';
import { type Token, tokensOf } from './tokens.ts';

/** A place in a query's words, moving forwards. */
export interface Cursor {
  peek(ahead?: number): Token;
  next(): Token;
  /** Moves on and says so when the next words are these. */
  take(...words: string[]): boolean;
  /** Moves on, or throws what should have stood there. */
  expect(word: string): void;
  name(): string;
  /** A name as operators have it: `project-away`, `mv-expand`. Does not move on. */
  operatorName(): string;
  wholeNumber(): number;
  failure(expected: string): QueryError;
}

export function cursorOver(text: string): Cursor {
  const tokens = tokensOf(text);
  const [last] = tokens.slice(-1);
  let at = 0;
  const peek = (ahead = 0): Token => tokens[at + ahead] ?? last ?? { kind: 'end', text: '<EOF>', at: text.length };
  const failure = (expected: string) => parserFailure(text, peek().at, peek().text, expected);
  const is = (token: Token, word: string) => token.kind !== 'literal' && token.text === word;

  const cursor: Cursor = {
    peek,
    failure,
    next() {
      const token = peek();
      at += 1;
      return token;
    },
    take(...words) {
      const found = words.every((word, index) => is(peek(index), word));
      if (found) at += words.length;
      return found;
    },
    expect(word) {
      if (!cursor.take(word)) throw failure(word);
    },
    name() {
      if (cursor.take('[')) {
        const { literal } = cursor.next();
        if (typeof literal?.value !== 'string') throw failure('a name in quotes');
        cursor.expect(']');
        return literal.value;
      }
      if (peek().kind !== 'name') throw failure('a name');
      return cursor.next().text;
    },
    operatorName() {
      const [first, dash, second] = [peek(), peek(1), peek(2)];
      const isJoined = is(dash, '-') && dash.at === first.at + first.text.length && second.at === dash.at + 1;
      return isJoined ? `${first.text}-${second.text}` : first.text;
    },
    wholeNumber() {
      const { literal } = peek();
      if (literal?.type !== 'long' || typeof literal.value !== 'number') throw failure('a whole number');
      at += 1;
      return literal.value;
    },
  };
  return cursor;
}
