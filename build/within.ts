/** A package of whose code another one is made, as far as that can be told from the bytes. */
export interface Part {
  readonly name: string;
  /** Absent: they do not say. */
  readonly version?: string;
  /** Absent: nobody has looked it up. */
  readonly license?: string;
}

/** An installed package, and what it holds within itself. */
export interface Within {
  readonly name: string;
  readonly kind: 'npm' | 'cargo';
  readonly parts: readonly Part[];
}

// What GraphiQL's minified file holds without naming it, and by what that is known; the group is the version.
const SIGNS: Readonly<Record<string, RegExp>> = {
  '@floating-ui/react': /"data-floating-ui-focusable"/,
  '@headlessui/react': /"data-headlessui-state"/,
  '@radix-ui/react-popper': /data-radix-popper-content-wrapper/,
  dompurify: /\.version="([\d.]+)",\w+\.removed=\[\]/,
  'framer-motion': /"framerAppearId"/,
  graphiql: /# Welcome to GraphiQL/,
  'markdown-it': /Wrong `markdown-it` preset/,
  punycode: /\{version:"([\d.]+)",ucs2:\{decode/,
  react: /\.useTransition=function\(\)\{[^{}]*\},\w+\.version="([\d.]+)"/,
  'react-dom': /version:"([\d.]+)",rendererPackageName:"react-dom"/,
};
// As each project states it; the files hold no word of it but Monaco's.
const LICENCES: Readonly<Record<string, string>> = { dompurify: '(MPL-2.0 OR Apache-2.0)' };
const MIT = [
  ...['@floating-ui/react', '@headlessui/react', '@radix-ui/react-popper', 'framer-motion', 'graphiql', 'graphql'],
  ...['graphql-language-service', 'markdown-it', 'monaco-editor', 'monaco-graphql', 'nullthrows', 'picomatch-browser'],
  ...['prettier', 'punycode', 'react', 'react-dom', 'vscode-languageserver-types'],
];

const NPM_PATH = /node_modules\/\.pnpm\/((?:@[\w.-]+\+)?[\w.-]+)@([\d.]+)/g;
const CRATE_PATH = /index\.crates\.io-[0-9a-f]+\/([\w-]+?)-(\d+\.\d+\.\d+[\w.+-]*)\//g;
const LEGAL = /\/\*[!*](?:(?!\*\/)[\s\S])*?(?:licen[cs]e|copyright)[\s\S]*?\*\//gi;

/** What the page's files are made of: those named by paths in the workers' files, and those known by a sign. Throws for a sign that is not there any more. */
export function partsOfExplorer(texts: readonly string[]): Part[] {
  const named = texts.flatMap((text) => pathsIn(text, NPM_PATH));
  const known = Object.entries(SIGNS).map(([name, sign]) => {
    const found = texts.map((text) => sign.exec(text)).find((match) => match !== null);
    if (!found)
      throw new Error(`GraphiQL's files show no sign of ${name}: look what they hold, and mend build/within.ts.`);
    return { name, ...(found[1] !== undefined && { version: found[1] }) };
  });
  return distinct([...named, ...known]).map((part) => ({ ...part, ...licenceOf(part.name) }));
}

/** The crates whose paths are in the wasm: those with code that can panic, so not all. */
export const cratesOf = (wasm: Buffer): Part[] => distinct(pathsIn(wasm.toString('latin1'), CRATE_PATH));

/** What the authors of the page's files asked to be kept with them. */
export const legalCommentsIn = (texts: readonly string[]): string[] => [
  ...new Set(texts.flatMap((text) => text.match(LEGAL) ?? [])),
];

const pathsIn = (text: string, path: RegExp): Part[] =>
  [...text.matchAll(path)].map(([, name = '', version = '']) => ({ name: name.replace('+', '/'), version }));

const distinct = (parts: readonly Part[]): Part[] => {
  const byKey = new Map(parts.map((part) => [`${part.name}@${part.version ?? ''}`, part]));
  return [...byKey].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, part]) => part);
};

function licenceOf(name: string): Pick<Part, 'license'> {
  const license = MIT.includes(name) ? 'MIT' : LICENCES[name];
  return license === undefined ? {} : { license };
}
