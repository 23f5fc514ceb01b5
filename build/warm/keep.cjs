// Loaded before the program: has V8 compile a wasm module's functions as well as it can, each when it is first called, and writes
// them down when the process ends. Nothing of it ships.
const { writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');

const { Module } = WebAssembly;
// V8 keeps no other code than its best. Not inlined: two thirds as much, and no slower.
const BEST = '--no-liftoff --no-wasm-inlining';
const AS_EVER = '--liftoff --wasm-inlining';

setFlagsFromString('--allow-natives-syntax');
const serialize = new Function('module', 'return %SerializeWasmModule(module)');
setFlagsFromString('--no-allow-natives-syntax');

WebAssembly.Module = function compile(bytes) {
  setFlagsFromString(BEST);
  const module = new Module(bytes);
  process.on('exit', () => {
    // With the flags that hold when it is read: V8 takes no other.
    setFlagsFromString(AS_EVER);
    writeFileSync(process.env.KEEP_MACHINE_CODE_IN, Buffer.from(serialize(module)));
  });
  return module;
};
