/** A place in the `properties` of a type of resource at which people put secrets in plain, or Azure does. */
export interface SecretPlace {
  /** `*` is every type. */
  readonly type: string;
  /**
   * Names separated by dots; `*` is every field of an object and every element of a list. Of every type the path begins
   * anywhere (`**`), `*` before a name is any beginning of it, and only texts are meant: such a name may stand for a reference.
   */
  readonly path: string;
}

/** A form of text that is a secret wherever it stands. */
export interface SecretText {
  readonly what: string;
  readonly form: RegExp;
}

/** Every place that is not answered in plain: a row here and a case in the test make another one. */
export const SECRET_PLACES: readonly SecretPlace[] = [
  // A type that is new at Azure has these names too.
  ...at(
    '*',
    '**.*password',
    '**.*passphrase',
    '**.*secret',
    '**.*accessKey',
    '**.*accountKey',
    '**.*apiKey',
    '**.*authorizationKey',
    '**.*policyKey',
    '**.*primaryKey',
    '**.*privateKey',
    '**.*secondaryKey',
    '**.*sharedKey',
    '**.*storageKey',
    '**.*workspaceKey',
    '**.*sasKey',
    '**.*sasToken',
    '**.*accessToken',
    '**.*refreshToken',
    '**.*repositoryToken',
    '**.*connectionString',
    '**.*secureValue',
    '**.*customData',
    '**.*userData',
    '**.*commandToExecute',
    '**.appSettings.*',
    '**.appSettings.*.value',
    '**.connectionStrings.*',
    '**.env.*.value',
    '**.environmentSettings.*.value',
    '**.environmentVariables.*',
    '**.environmentVariables.*.value',
    '**.httpHeaders.*.value',
  ),

  // Containers
  ...at(
    ['Microsoft.ContainerInstance/containerGroups', 'Microsoft.ContainerInstance/containerGroupProfiles'],
    'volumes.*.secret.*',
  ),
  ...at(['Microsoft.App/containerApps', 'Microsoft.App/jobs'], 'configuration.secrets.*.value'),
  ...at('Microsoft.App/sessionPools', 'secrets.*.value'),
  ...at(['Microsoft.App/managedEnvironments', 'Microsoft.App/connectedEnvironments'], 'daprAIInstrumentationKey'),
  ...at(
    ['Microsoft.App/managedEnvironments/daprComponents', 'Microsoft.App/connectedEnvironments/daprComponents'],
    'metadata.*.value',
    'secrets.*.value',
  ),
  ...at(
    ['Microsoft.App/managedEnvironments/certificates', 'Microsoft.App/connectedEnvironments/certificates'],
    'value',
  ),
  ...at(
    'Microsoft.ContainerRegistry/registries/tasks',
    'step.arguments.*.value',
    'step.values.*.value',
    'trigger.sourceTriggers.*.sourceRepository.sourceControlAuthProperties.token',
  ),
  ...at('Microsoft.ContainerRegistry/registries/webhooks', 'customHeaders', 'serviceUri'),
  ...at(
    ['Microsoft.KubernetesConfiguration/extensions', 'Microsoft.KubernetesConfiguration/fluxConfigurations'],
    'configurationProtectedSettings.*',
  ),
  ...at('Microsoft.KubernetesConfiguration/extensions', 'configurationSettings.*'),
  ...at('Microsoft.AppPlatform/Spring/apps/bindings', 'bindingParameters.*', 'generatedProperties', 'key'),

  // Machines
  ...at(
    ['Microsoft.Compute/virtualMachines', 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines'],
    'extensions.*.protectedSettings',
    'extensions.*.settings',
    'extensions.*.properties.protectedSettings',
    'extensions.*.properties.settings',
    'osProfile.windowsConfiguration.additionalUnattendContent.*.content',
    'resources.*.properties.protectedSettings',
    'resources.*.properties.settings',
  ),
  ...at(
    'Microsoft.Compute/virtualMachineScaleSets',
    'virtualMachineProfile.extensionProfile.extensions.*.properties.protectedSettings',
    'virtualMachineProfile.extensionProfile.extensions.*.properties.settings',
    'virtualMachineProfile.osProfile.windowsConfiguration.additionalUnattendContent.*.content',
  ),
  ...at(
    [
      'Microsoft.Compute/virtualMachines/extensions',
      'Microsoft.Compute/virtualMachineScaleSets/extensions',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions',
      'Microsoft.HybridCompute/machines/extensions',
    ],
    'protectedSettings',
    'settings.configurationArguments',
    'settings.properties',
    'settings.script',
  ),
  ...at(
    [
      'Microsoft.Compute/virtualMachines/runCommands',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands',
      'Microsoft.HybridCompute/machines/runCommands',
    ],
    'instanceView.error',
    'instanceView.output',
    'parameters.*.value',
    'protectedParameters.*.value',
    'source.script',
  ),
  ...at('Microsoft.Batch/batchAccounts/certificates', 'data'),
  ...at(
    'Microsoft.Batch/batchAccounts/pools',
    'deploymentConfiguration.virtualMachineConfiguration.extensions.*.protectedSettings',
    'deploymentConfiguration.virtualMachineConfiguration.extensions.*.settings',
    'startTask.commandLine',
  ),
  ...at('Microsoft.DesktopVirtualization/hostPools', 'registrationInfo.token', 'vmTemplate'),
  ...at('Microsoft.DevTestLab/labs/users/secrets', 'value'),
  ...at('Microsoft.DevTestLab/labs/virtualMachines', 'artifacts.*.parameters.*.value'),
  ...at('Microsoft.HDInsight/clusters', 'clusterDefinition.configurations', 'storageProfile.storageaccounts.*.key'),
  ...at('Microsoft.VirtualMachineImages/imageTemplates', 'customize.*.inline'),
  ...at(
    ['Microsoft.ServiceFabric/clusters', 'Microsoft.ServiceFabric/managedClusters'],
    'fabricSettings.*.parameters.*.value',
  ),

  // Web
  ...at(['Microsoft.Web/sites', 'Microsoft.Web/sites/slots'], 'siteConfig.metadata.*.value'),
  // Its names are those of the settings themselves: of `appsettings` every field is one.
  ...at(['Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config', 'Microsoft.Web/staticSites/config'], '*'),
  ...at('Microsoft.Web/certificates', 'pfxBlob'),
  ...at('Microsoft.Web/connections', 'customParameterValues', 'parameterValues', 'parameterValueSet.values'),
  ...at('Microsoft.Web/sites/functions', 'config', 'test_data'),
  ...at(
    [
      'Microsoft.Web/sites/hybridConnectionNamespaces/relays',
      'Microsoft.Web/serverfarms/hybridConnectionNamespaces/relays',
    ],
    'sendKeyValue',
  ),
  ...at('Microsoft.Web/sourcecontrols', 'token'),
  ...at(
    'Microsoft.ApiManagement/service',
    'certificates.*.encodedCertificate',
    'hostnameConfigurations.*.encodedCertificate',
  ),
  ...at(
    'Microsoft.ApiManagement/service/backends',
    'credentials.authorization.parameter',
    'credentials.header.*',
    'credentials.query.*',
  ),
  ...at('Microsoft.ApiManagement/service/certificates', 'data'),
  ...at('Microsoft.ApiManagement/service/loggers', 'credentials.*'),
  ...at(
    [
      'Microsoft.ApiManagement/service/apis/operations/policies',
      'Microsoft.ApiManagement/service/apis/policies',
      'Microsoft.ApiManagement/service/namedValues',
      'Microsoft.ApiManagement/service/policies',
      'Microsoft.ApiManagement/service/policyFragments',
      'Microsoft.ApiManagement/service/products/policies',
      'Microsoft.ApiManagement/service/properties',
    ],
    'value',
  ),
  ...at('Microsoft.SignalRService/SignalR', 'upstream.templates.*.urlTemplate'),
  ...at('Microsoft.SignalRService/webPubSub/hubs', 'eventHandlers.*.urlTemplate'),

  // Work that runs by itself
  ...at(['Microsoft.Logic/workflows', 'Microsoft.Logic/workflows/versions'], 'definition', 'parameters.*.value'),
  ...at('Microsoft.Automation/automationAccounts/certificates', 'base64Value'),
  ...at('Microsoft.Automation/automationAccounts/connections', 'fieldDefinitionValues.*'),
  ...at(
    [
      'Microsoft.Automation/automationAccounts/compilationjobs',
      'Microsoft.Automation/automationAccounts/jobs',
      'Microsoft.Automation/automationAccounts/jobSchedules',
      'Microsoft.Automation/automationAccounts/webhooks',
    ],
    'parameters.*',
  ),
  ...at('Microsoft.Automation/automationAccounts/runbooks', 'parameters.*.defaultValue'),
  ...at('Microsoft.Automation/automationAccounts/variables', 'value'),
  ...at('Microsoft.Automation/automationAccounts/webhooks', 'uri'),
  ...at(
    ['Microsoft.DataFactory/factories/linkedservices', 'Microsoft.Synapse/workspaces/linkedServices'],
    'parameters.*.defaultValue',
    'typeProperties',
  ),
  ...at('Microsoft.DataFactory/factories', 'globalParameters.*.value'),
  ...at('Microsoft.DataFactory/factories/globalParameters', '*.value'),
  ...at(
    ['Microsoft.DataFactory/factories/integrationRuntimes', 'Microsoft.Synapse/workspaces/integrationRuntimes'],
    'typeProperties.linkedInfo.key',
    'typeProperties.ssisProperties',
  ),
  ...at(
    ['Microsoft.DataFactory/factories/pipelines', 'Microsoft.Synapse/workspaces/pipelines'],
    'activities',
    'parameters.*.defaultValue',
    'variables.*.defaultValue',
  ),
  ...at(
    ['Microsoft.Resources/deployments', 'Microsoft.Resources/deploymentStacks', 'Microsoft.Solutions/applications'],
    'outputs.*.value',
    'parameters.*.value',
  ),
  ...at('Microsoft.Blueprint/blueprintAssignments', 'parameters.*.value'),
  ...at('Microsoft.Resources/deploymentScripts', 'arguments', 'outputs.*', 'scriptContent'),
  ...at('Microsoft.AVS/privateClouds/scriptExecutions', 'hiddenParameters', 'namedOutputs', 'output', 'parameters'),

  // Data
  ...at(['Microsoft.Cache/Redis', 'Microsoft.Cache/redisEnterprise/databases'], 'accessKeys.*'),
  ...at(
    'Microsoft.Cache/Redis',
    'redisConfiguration.aof-storage-connection-string-0',
    'redisConfiguration.aof-storage-connection-string-1',
    'redisConfiguration.rdb-storage-connection-string',
  ),
  ...at('Microsoft.AppConfiguration/configurationStores/keyValues', 'value'),
  ...at('Microsoft.KeyVault/vaults/secrets', 'value'),
  ...at('Microsoft.MachineLearningServices/workspaces/connections', 'credentials.*', 'value'),
  ...at('Microsoft.MachineLearningServices/workspaces/datastores', 'credentials.secrets.*', 'credentials.certificate'),
  ...at('Microsoft.CognitiveServices/accounts', 'apiProperties.qnaAzureSearchEndpointKey'),
  ...at('Microsoft.CognitiveServices/accounts/connections', 'credentials.*', 'value'),
  ...at('Microsoft.ImportExport/jobs', 'driveList.*.bitLockerKey'),
  ...at(
    'Microsoft.DataBox/jobs',
    'details.keyEncryptionKey.passkey',
    'details.preferences.encryptionPreferences.passkey',
  ),

  // Networks, identities and messages
  ...at('Microsoft.Network/applicationGateways', 'sslCertificates.*.properties.data'),
  ...at('Microsoft.Network/expressRouteCircuits', 'serviceKey'),
  ...at('Microsoft.AAD/domainServices', 'ldapsSettings.pfxCertificate'),
  ...at(
    'Microsoft.Insights/actionGroups',
    'automationRunbookReceivers.*.serviceUri',
    'azureFunctionReceivers.*.httpTriggerUrl',
    'itsmReceivers.*.ticketConfiguration',
    'logicAppReceivers.*.callbackUrl',
    'webhookReceivers.*.serviceUri',
  ),
  ...at(
    'Microsoft.Insights/autoscaleSettings',
    'notifications.*.webhooks.*.properties.*',
    'notifications.*.webhooks.*.serviceUri',
  ),
  ...at('Microsoft.Insights/webtests', 'Configuration.WebTest', 'Request.Headers.*.value', 'Request.RequestBody'),
  ...at(
    [
      'Microsoft.EventGrid/eventSubscriptions',
      'Microsoft.EventGrid/domains/eventSubscriptions',
      'Microsoft.EventGrid/systemTopics/eventSubscriptions',
      'Microsoft.EventGrid/topics/eventSubscriptions',
    ],
    'deliveryWithResourceIdentity.destination.properties.endpointUrl',
    'deliveryWithResourceIdentity.destination.properties.deliveryAttributeMappings.*.properties.value',
    'destination.properties.endpointUrl',
    'destination.properties.deliveryAttributeMappings.*.properties.value',
  ),
  ...at(
    'Microsoft.NotificationHubs/namespaces/notificationHubs',
    'admCredential.properties',
    'apnsCredential.properties',
    'baiduCredential.properties',
    'browserCredential.properties',
    'fcmV1Credential.properties',
    'gcmCredential.properties',
    'mpnsCredential.properties',
    'wnsCredential.properties',
    'xiaomiCredential.properties',
  ),
  ...at('Microsoft.BotService/botServices/channels', 'properties'),
  ...at('Microsoft.BotService/botServices/connections', 'parameters.*.value'),
  ...at('Microsoft.ServiceLinker/linkers', 'authInfo.secretInfo.value'),
];

// Each begins with fixed text and goes on over characters that cannot begin it again, so that a long text costs one pass.
export const SECRET_TEXTS: readonly SecretText[] = [
  {
    what: 'a key of a connection string',
    form: /(?:AccountKey|SharedAccessKey|AccessKey|SharedSecretValue|SharedSecret|client_?secret|api_?key)\s{0,9}=\s{0,9}[^\s;,]/i,
  },
  {
    what: 'a password of a connection string or a command',
    form: /(?:password|(?<![a-z0-9])pwd)\s{0,9}=\s{0,9}[^\s;,]/i,
  },
  { what: 'a shared access signature', form: /(?<![a-z])sig(?:=|%3D)[^&\s]/i },
  { what: "a function's key in a URL", form: /[?&](?:code|subscription-key)=[\w/+=%-]{20}/i },
  { what: 'a password in a URL', form: /:\/\/[^\s/@:]{0,256}:[^\s/@]{1,1024}@/ },
  { what: 'a private key', form: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/ },
  {
    what: 'a password in JSON',
    form: /(?:password|secret|accountkey|accesskey|sharedkey|apikey)\\{0,3}"\s{0,9}:\s{0,9}\\{0,3}"[^"\\]/i,
  },
];

function at(types: string | readonly string[], ...paths: readonly string[]): SecretPlace[] {
  return [types].flat().flatMap((type) => paths.map((path) => ({ type, path })));
}
