import { inspect } from 'node:util';

const REDACTED = '[redacted]';

let open: (secret: SecretText) => string;

/**
 * A secret value on its way through the gateway. Printed, logged, joined or cloned it is `[redacted]` or nothing.
 * It is held as bytes outside of V8's heap, which can be wiped; a string could not.
 */
export class SecretText {
  #bytes: Buffer | undefined;

  private constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  static {
    open = (secret) => {
      if (!secret.#bytes) throw new Error('The secret text has been wiped.');
      return secret.#bytes.toString('utf8');
    };
  }

  static of(value: string): SecretText {
    // Memory of its own: small buffers else share a slab with whatever comes next.
    const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(value));
    bytes.write(value);
    return new SecretText(bytes);
  }

  /** Another that holds the same, and is wiped for itself. */
  copy(): SecretText {
    if (!this.#bytes) throw new Error('The secret text has been wiped.');
    const bytes = Buffer.allocUnsafeSlow(this.#bytes.byteLength);
    this.#bytes.copy(bytes);
    return new SecretText(bytes);
  }

  /** Overwrites the value. Whoever would still open it gets an error. */
  wipe(): void {
    this.#bytes?.fill(0);
    this.#bytes = undefined;
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
