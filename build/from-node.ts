import { isBuiltin } from 'node:module';

// As esbuild writes them: import{one as a,two}from"node:fs"; import*as a from"node:fs"; import a from"node:fs"; import a,{one}from"node:fs";
const IMPORT = /\bimport\s*([\w$]+)?\s*,?\s*(?:\*\s*as\s+([\w$]+)|\{([^{}"]*)\})?\s*from\s*"([\w:/]+)";?/g;

/**
 * Takes what is imported of Node at run time instead of by `import`: that reads every export of a module, and some load more
 * when they are read (`node:http` its WebSocket, `node:fs` its promises), 30 ms of each start.
 */
export function fromNode(code: string): string {
  return code.replaceAll(IMPORT, (statement, own: string | undefined, all: string | undefined, some = '', module) => {
    if (!isBuiltin(module)) return statement;
    const names = some.replaceAll(/\s+as\s+/g, ':');
    const taken = [own, all, names && `{${names}}`].filter((name) => name);
    const asked = `process.getBuiltinModule("${module}")`;
    return `var ${taken.map((name) => `${name}=${asked}`).join()};`;
  });
}
