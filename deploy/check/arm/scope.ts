import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { LEAST_ROLES } from './role.ts';

const READER = 'Reader';
const OF_A_VAULT = /^\[(?:format\(')?(?:concat\(')?Microsoft\.KeyVault\/vaults\//;

/** On what each role is assigned: those of vaults on a vault or a secret of it, Reader on a subscription. */
export function checkScopes(template: Place, given: ReadonlyMap<string, string> = new Map()): Finding[] {
  return template
    .at('resources')
    .all()
    .flatMap((resource) => {
      const [type, properties] = [resource.at('type').text(), resource.at('properties')];
      if (type === 'Microsoft.Authorization/roleAssignments')
        return checkScope(resource, roleOf(properties, template, given));
      if (type !== 'Microsoft.Resources/deployments') return [];
      return checkScopes(properties.at('template'), givenTo(properties.at('parameters'), template, given));
    });
}

function checkScope(assignment: Place, role: string | undefined): Finding[] {
  const scope = assignment.at('scope');
  const isOfVault = OF_A_VAULT.test(scope.text() ?? '');
  if (role === undefined || (role === READER) !== isOfVault) return [];
  return [
    isOfVault
      ? scope.wrong('on a vault Reader reads no secret: give Key Vault Secrets User there.')
      : scope.wrong(`${role} counts in every vault there, those to come too: give the vault that it is for.`),
  ];
}

/** Which role it is, as far as its name leads to an id. */
function roleOf(properties: Place, template: Place, given: ReadonlyMap<string, string>): string | undefined {
  const id = /^\[subscriptionResourceId\('[^']*', (.*)\)\]$/.exec(properties.at('roleDefinitionId').text() ?? '')?.[1];
  return LEAST_ROLES[textOf(id ?? '', template, given)];
}

/** What the nested template's parameters are, each as far as it is known. */
function givenTo(parameters: Place, template: Place, given: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    parameters.all().map((parameter) => {
      const expression = /^\[(.*)\]$/.exec(parameter.at('value').text() ?? '')?.[1] ?? '';
      return [parameter.key, textOf(expression, template, given)];
    }),
  );
}

function textOf(expression: string, template: Place, given: ReadonlyMap<string, string>): string {
  const [, kind, name = ''] = /^(parameters|variables)\('([^']+)'\)$/.exec(expression) ?? [];
  if (kind === 'parameters') return given.get(name) ?? template.at('parameters', name, 'defaultValue').text() ?? '';
  if (kind === 'variables') return template.at('variables', name).text() ?? '';
  return expression.replaceAll("'", '');
}
