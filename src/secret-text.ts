import { inspect } from 'node:util';

const REDACTED = '[redacted]';

let open: (secret: SecretText) => string;

/** A secret value on its way through the gateway. Printed, logged, joined or cloned it is `[redacted]` or nothing. */
export class SecretText {
  // A string, not a Buffer: the SDK hands a string over and the answer's JSON needs one, so bytes of our own would add a copy
  // and wipe none. Whoever keeps values longer than a request changes this field alone.
  readonly #value: string;

  private constructor(value: string) {
    this.#value = value;
  }

  static {
    open = (secret) => secret.#value;
  }

  static of(value: string): SecretText {
    return new SecretText(value);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** The value itself, for the one place that answers it: the scalar SecretText. */
export function reveal(secret: SecretText): string {
  return open(secret);
}
