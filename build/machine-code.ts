import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

// V8 would spend 100 ms of another processor and 30 MB on making Cedar's code faster while it still starts. Set here, not on the
// command line, and put back: with other flags Node's own code cache does not count, nor ours.
const LATER = '--wasm-tiering-budget=130000000';
export const AS_EVER = '--wasm-tiering-budget=13000000';

/** In the build, in the place of `new WebAssembly.Module(bytes)`: with the machine code that `build/warm.ts` kept of it, if that counts here. */
export function compiled(bytes: Uint8Array<ArrayBuffer>, kept: string): WebAssembly.Module {
  const read = existsSync(kept) ? taken(readFileSync(kept), bytes) : undefined;
  if (read) return read;
  setFlagsFromString(LATER);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString(AS_EVER);
  }
}

// V8 keeps machine code for itself, behind its own syntax: undefined from another version, with other flags or on another kind of
// processor. It does not look whether the code is of these bytes: the file's name says that.
function taken(code: Buffer<ArrayBuffer>, bytes: Uint8Array): WebAssembly.Module | undefined {
  try {
    setFlagsFromString('--allow-natives-syntax');
    const deserialize = new Function('code', 'bytes', 'return %DeserializeWasmModule(code, bytes)');
    setFlagsFromString('--no-allow-natives-syntax');
    return deserialize(code.buffer, bytes);
  } catch {
    return undefined;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}
