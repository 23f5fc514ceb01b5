import type { Finding } from '../finding.ts';
import { everyPlace, type Place } from '../place.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions, as far as it is used here. */
const FUNCTIONS = [
  'concat',
  'copyIndex',
  'createArray',
  'deployment',
  'empty',
  'format',
  'guid',
  'if',
  'length',
  'not',
  'parameters',
  'reference',
  'resourceGroup',
  'resourceId',
  'subscription',
  'subscriptionResourceId',
  'uniqueString',
  'variables',
];

/** Each `[...]` of a template, but for those of templates nested in it: its brackets, its functions and the names that it asks for. */
export function checkExpressions(template: Place): Finding[] {
  return expressionsOf(template).flatMap((place) => {
    const expression = place.text()?.slice(1, -1) ?? '';
    const bare = expression.replaceAll(/'(?:[^']|'')*'/g, "''");
    return [
      ...(isBalanced(bare) ? [] : [place.wrong('its brackets or quotes do not match.')]),
      ...[...bare.matchAll(/(\w+)\s*\(/g)]
        .filter(([, name = '']) => !FUNCTIONS.includes(name))
        .map(([, name]) => place.wrong(`there is no function "${name}", or this check does not know it.`)),
      ...['parameters', 'variables'].flatMap((kind) =>
        [...expression.matchAll(new RegExp(`\\b${kind}\\('([^']+)'\\)`, 'g'))]
          .filter(([, name = '']) => !template.at(kind, name).has())
          .map(([, name]) => place.wrong(`the template has no ${kind.slice(0, -1)} "${name}".`)),
      ),
    ];
  });
}

function expressionsOf(template: Place): Place[] {
  const nested = template
    .at('resources')
    .all()
    .map((resource) => `${resource.at('properties', 'template').path}.`);
  return everyPlace(template).filter(
    (place) => /^\[(?!\[)/.test(place.text() ?? '') && !nested.some((path) => place.path.startsWith(path)),
  );
}

function isBalanced(bare: string): boolean {
  const open: string[] = [];
  for (const sign of bare.replaceAll("''", '')) {
    if (sign === '(' || sign === '[') open.push(sign === '(' ? ')' : ']');
    else if ((sign === ')' || sign === ']') && open.pop() !== sign) return false;
    else if (sign === "'") return false;
  }
  return open.length === 0;
}
