import { checkContainerGroup, isContainerGroup } from './aci.ts';
import { checkExpressions } from './arm/expression.ts';
import { checkRoles } from './arm/role.ts';
import { checkScopes } from './arm/scope.ts';
import type { Finding } from './finding.ts';
import { everyPlace, type Place, placeOf } from './place.ts';
import { checkTrust, SHIPPED } from './trust.ts';

const SCHEMA =
  /^https:\/\/schema\.management\.azure\.com\/schemas\/\d{4}-\d\d-\d\d\/(subscriptionD|d)eploymentTemplate\.json#$/;

/** The resource types that the gateway needs, at versions that Azure serves. Anything else is more than it needs. */
const KNOWN: Readonly<Record<string, string>> = {
  'Microsoft.Authorization/roleAssignments': '2022-04-01',
  'Microsoft.ContainerInstance/containerGroups': '2023-05-01',
  'Microsoft.KeyVault/vaults': '2023-07-01',
  'Microsoft.ManagedIdentity/userAssignedIdentities': '2023-01-31',
  'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials': '2023-01-31',
  'Microsoft.Resources/deployments': '2022-09-01',
  'Microsoft.Resources/resourceGroups': '2022-09-01',
};

/** What is wrong with an ARM template, with those that are nested in it. Nothing here runs it: Azure's own `validate` does. */
export function checkTemplate(file: string, value: unknown, subjects = SHIPPED): Finding[] {
  const template = placeOf(file, value);
  return [...checkRoles(template), ...checkScopes(template), ...checkTrusts(template, subjects), ...checkOne(template)];
}

function checkTrusts(template: Place, subjects: readonly string[]): Finding[] {
  return everyPlace(template)
    .filter((place) => place.at('type').text()?.endsWith('/federatedIdentityCredentials'))
    .map((place) => place.at('properties'))
    .flatMap(({ at }) =>
      checkTrust(
        { issuer: said(at('issuer')), subject: said(at('subject')), audiences: said(at('audiences')) },
        subjects,
      ),
    );
}

const said = (place: Place) => ({
  place,
  words: [place, ...place.all()].flatMap((one) => one.text() ?? []),
});

export function isTemplate(value: unknown): boolean {
  return SCHEMA.test(placeOf('', value).at('$schema').text() ?? '');
}

function checkOne(template: Place): Finding[] {
  const schema = template.at('$schema');
  const nested = template
    .at('resources')
    .all()
    .map((resource) => resource.at('properties', 'template'))
    .filter((one) => one.has());
  return [
    ...(SCHEMA.test(schema.text() ?? '') ? [] : [schema.wrong('it is no schema of a template.')]),
    ...(/^\d+\.\d+\.\d+\.\d+$/.test(template.at('contentVersion').text() ?? '')
      ? []
      : [template.at('contentVersion').wrong('give one such as 1.0.0.0.')]),
    ...template.at('resources').all().flatMap(checkResource),
    ...checkExpressions(template),
    ...nested.flatMap(checkOne),
  ];
}

function checkResource(resource: Place): Finding[] {
  const [type, version, name] = [resource.at('type'), resource.at('apiVersion'), resource.at('name')];
  const known = KNOWN[type.text() ?? ''];
  if (known === undefined) return [type.wrong(`the gateway needs no "${type.text() ?? ''}".`)];
  return [
    ...(version.value === known ? [] : [version.wrong(`give ${known}.`)]),
    ...(name.text() ? [] : [name.wrong('it is required.')]),
    ...(type.text()?.endsWith('/vaults') ? checkVault(resource.at('properties')) : []),
    ...(type.text()?.endsWith('/deployments') ? checkNested(resource) : []),
    ...(isContainerGroup(resource.value)
      ? checkContainerGroup('', resource.value).map(({ path, message }) => resource.wrong(`${path}: ${message}`))
      : []),
  ];
}

function checkVault(properties: Place): Finding[] {
  const [isRbac, policies] = [properties.at('enableRbacAuthorization'), properties.at('accessPolicies')];
  const soft = properties.at('enableSoftDelete');
  const given = ['enabledForDeployment', 'enabledForDiskEncryption', 'enabledForTemplateDeployment'].map((name) =>
    properties.at(name),
  );
  return [
    ...(isRbac.value === true
      ? []
      : [isRbac.wrong('give true: the roles that are assigned here count with RBAC alone.')]),
    ...(policies.has() ? [policies.wrong('with RBAC they say nothing: take them away.')] : []),
    ...(soft.value === false ? [soft.wrong('give true: what is deleted by mistake is gone else.')] : []),
    ...given.filter(({ value }) => value === true).map((one) => one.wrong('the gateway needs it not: take it away.')),
  ];
}

// Otherwise the outer template's parameters are meant, whatever the nested one declares.
function checkNested(deployment: Place): Finding[] {
  const scope = deployment.at('properties', 'expressionEvaluationOptions', 'scope');
  const mode = deployment.at('properties', 'mode');
  const declared = deployment.at('properties', 'template', 'parameters').all();
  const given = deployment.at('properties', 'parameters');
  return [
    ...(scope.value === 'inner' ? [] : [scope.wrong('give inner.')]),
    ...(mode.value === 'Incremental'
      ? []
      : [mode.wrong('give Incremental: Complete deletes what the template does not name.')]),
    ...declared
      .filter((one) => !one.at('defaultValue').has() && !given.at(one.key).has())
      .map((one) => given.wrong(`the nested template needs "${one.key}".`)),
    ...given
      .all()
      .filter((one) => !declared.some(({ key }) => key === one.key))
      .map((one) => one.wrong('the nested template has no such parameter.')),
  ];
}
