import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { COLUMNS } from '../../emulator/resource-graph/tables.ts';
import language from './resource-graph-language.json' with { type: 'json' };

const TABLES = ['Resources', 'ResourceContainers', 'ResourceChanges'];

/** What Microsoft's own Kusto engine finds wrong with the query, over the schema of the tables: `KS106 The operator ...`. */
export function diagnosticsOf(query: string): string[] {
  return listOf(codeOf(query).GetDiagnostics()).map(({ Code, Message }) => `${Code} ${Message}`);
}

/** The columns that the query answers, as that engine sees them: `id: string`. */
export function columnsOf(query: string): string[] {
  const { Columns } = codeOf(query).ResultType;
  return Columns === undefined ? [] : listOf(Columns).map(({ Name, Type }) => `${Name}: ${Type.Name}`);
}

/** The tabular operators in the query's tree: `where`, `mv-expand`. */
export function operatorsOf(query: string): string[] {
  const kusto = engine();
  return namesIn(query, (node) =>
    node instanceof kusto.Syntax.QueryOperator ? node.GetFirstToken().Text.toLowerCase() : undefined,
  );
}

/** The functions in the query's tree, aggregates among them. */
export function functionsOf(query: string): string[] {
  const kusto = engine();
  return namesIn(query, (node) =>
    node instanceof kusto.Syntax.FunctionCallExpression ? node.Name?.SimpleName : undefined,
  );
}

/** The operators between values in the query's tree: `and`, `in~`, `matches regex`. */
export function comparisonsOf(query: string): string[] {
  return namesIn(query, (node) => node.Operator?.Text);
}

/** The texts that stand in the query's tree, as the engine reads them. */
export function literalsOf(query: string): string[] {
  const kusto = engine();
  const texts: string[] = [];
  kusto.Syntax.SyntaxElement.WalkNodes(codeOf(query).Syntax, (node) => {
    if (node instanceof kusto.Syntax.LiteralExpression && typeof node.LiteralValue === 'string')
      texts.push(node.LiteralValue);
  });
  return texts;
}

/** Operators and functions of the query that are not in the allow-list taken from Microsoft's page. */
export const unlistedIn = (query: string): string[] => othersThan(language, query);

/** Operators and functions of the query that the gateway builds nowhere. */
export const unbuiltIn = (query: string): string[] => othersThan(language.built, query);

/** All that these queries are made of. */
export const languageOf = (queries: readonly string[]): Language => ({
  operators: eachOnce(queries.flatMap(operatorsOf)),
  comparisons: eachOnce(queries.flatMap(comparisonsOf)),
  functions: eachOnce(queries.flatMap(functionsOf)),
});

const eachOnce = (names: readonly string[]): string[] => [...new Set(names)].toSorted();

interface Language {
  readonly operators: readonly string[];
  readonly comparisons: readonly string[];
  readonly functions: readonly string[];
}

const othersThan = ({ operators, comparisons, functions }: Language, query: string): string[] => [
  ...operatorsOf(query).filter((name) => !operators.includes(name)),
  ...comparisonsOf(query).filter((name) => !comparisons.includes(name)),
  ...functionsOf(query).filter((name) => !functions.includes(name)),
];

function namesIn(query: string, nameOf: (node: Node) => string | undefined): string[] {
  const names = new Set<string>();
  engine().Syntax.SyntaxElement.WalkNodes(codeOf(query).Syntax, (node) => {
    const name = nameOf(node);
    if (name !== undefined) names.add(name);
  });
  return [...names].toSorted();
}

function codeOf(query: string): Code {
  const kusto = engine();
  globals ??= globalsOf(kusto);
  const code = read.get(query) ?? kusto.KustoCode.ParseAndAnalyze(query, globals);
  read.set(query, code);
  return code;
}

const read = new Map<string, Code>();
let globals: unknown;
let loaded: Engine | undefined;

// The package is two scripts that speak through globals, the second of which needs the first's.
function engine(): Engine {
  if (loaded) return loaded;
  const folder = dirname(createRequire(import.meta.url).resolve('@kusto/language-service-next'));
  for (const file of ['bridge.min.js', 'Kusto.Language.Bridge.min.js']) {
    runInThisContext(readFileSync(join(folder, file), 'utf8'), { filename: file });
  }
  // Its own types describe globals as well, and would come into every file of the project.
  loaded = (globalThis as unknown as { Kusto: { Language: Engine } }).Kusto.Language;
  return loaded;
}

function globalsOf({ Symbols, GlobalState }: Engine): unknown {
  const schema = COLUMNS.map(([name, type]) => `['${name}']: ${type}`).join(', ');
  const tables = TABLES.map((name) => Symbols.TableSymbol.From(`(${schema})`).WithName(name));
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor1('resource-graph', tables, false));
}

function listOf<T>(list: List<T>): T[] {
  return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface Node {
  readonly Name?: { readonly SimpleName: string } | null;
  readonly LiteralValue?: unknown;
  readonly Operator?: { readonly Text: string } | null;
  GetFirstToken(): { readonly Text: string };
}

interface Code {
  readonly Syntax: Node;
  readonly ResultType: { readonly Columns?: List<{ Name: string; Type: { Name: string } }> };
  GetDiagnostics(): List<{ readonly Code: string; readonly Message: string }>;
}

interface Engine {
  readonly KustoCode: { ParseAndAnalyze(query: string, globals: unknown): Code };
  readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
    readonly DatabaseSymbol: { readonly $ctor1: new (name: string, members: unknown, isOpen: boolean) => unknown };
  };
  readonly Syntax: {
    readonly QueryOperator: new () => Node;
    readonly FunctionCallExpression: new () => Node;
    readonly LiteralExpression: new () => Node;
    readonly SyntaxElement: { WalkNodes(root: Node, before: (node: Node) => void): void };
  };
}
