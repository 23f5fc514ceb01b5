/** A place in the `properties` of a type of resource at which people put secrets in plain, or Azure does. */
export interface SecretPlace {
  /** `*` is every type. */
  readonly type: string;
  /**
   * Names separated by dots; `*` is every field of an object and every element of a list. Of every type the path begins
   * anywhere (`**`), `_` and `-` in a name do not count, and only texts are meant. `*` before a name is any beginning of it, and behind
   * it may stand a number, `Value`, `Text` or `String`; with that the texts are also meant of a list of the name, what is called
   * `value` in an object of it, and the same of each field and element of what is called so in the plural. `**` at the end is the whole, whatever it is.
   */
  readonly path: string;
  /** Not an object that stands there. */
  readonly isOfText: boolean;
  /** Not what is no secret by itself, since such a name may stand for a reference: an id, a URL of what a vault holds. `~` in the table, and each beginning `*`. */
  readonly isByName: boolean;
}

// Types, and indented below them the paths. A type that is new at Azure has the names of the first rows, too. What is called
// `config` holds settings whose names are their own: of it every field is meant, and of an add-on's what is no id.
const TABLE = `
*
  **.*password **.*passwordHash **.*passwordHashSalt **.*passphrase **.*passcode **.*passkey **.*secret **.*accessCode **.*accessKey **.*accountKey **.*activationKey **.*adminKey **.*agentKey
  **.*apiKey **.*applicationKey **.*appKey **.*authKey **.*authenticationKey **.*authorizationKey **.*bitLockerKey **.*clientKey **.*decryptionKey **.*deviceKey **.*encryptionKey
  **.*functionKey **.*functionsKey **.*hostKey **.*ingestionKey **.*instrumentationKey **.*integrationKey **.*licenseKey **.*masterKey **.*policyKey **.*primaryKey **.*principalKey
  **.*privateKey **.*queryKey **.*readOnlyKey **.*registrationKey **.*sasKey **.*secondaryKey **.*secretKey **.*serviceKey **.*sharedKey **.*signingKey **.*storageKey **.*subscriptionKey
  **.*systemKey **.*validationKey **.*workspaceKey **.*writeKey **.*accessToken **.*adminToken **.*apiToken **.*authToken **.*bearerToken **.*botToken **.*clientToken **.*deploymentToken
  **.*idToken **.*joinToken **.*jwt **.*refreshToken **.*registrationToken **.*repositoryToken **.*sasToken **.*sessionToken **.*sharedAccessSignature **.*connectionString
  **.*kubeConfig **.*passwd **.*pwd **.*secureString **.*secureValue **.*tokenValue **.*customData **.*cloudInitConfiguration **.*userData **.*commandToExecute **.*webhookUri **.*webhookUrl
  ~**.authorization ~**.keys.* ~**.keys.*.key ~**.keys.*.keyValue ~**.keys.*.value ~**.pass ~**.pat ~**.sas ~**.token ~**.tokens.* ~**.tokens.*.value **.appSettings.* **.appSettings.*.value **.connectionStrings.*
  **.credentials.value **.env.* **.env.*.value **.envVars.* **.envVars.*.value **.environment.*.value **.environmentSettings.* **.environmentSettings.*.value **.environmentVariables.*
  **.environmentVariables.*.value **.httpHeaders.*.value **.protectedSettings.** **.serviceUri **.webhookProperties.*

Microsoft.ContainerInstance/containerGroups Microsoft.ContainerInstance/containerGroupProfiles
  extensions.*.properties.settings volumes.*.secret.*
Microsoft.App/containerApps Microsoft.App/jobs
  configuration.eventTriggerConfig.scale.rules.*.metadata.connection template.scale.rules.*.*.metadata.connection
Microsoft.App/managedEnvironments
  customDomainConfiguration.certificateValue openTelemetryConfiguration.destinationsConfiguration.dataDogConfiguration.key openTelemetryConfiguration.destinationsConfiguration.otlpConfigurations.*.headers.*.value
Microsoft.App/managedEnvironments/daprComponents Microsoft.App/connectedEnvironments/daprComponents
  metadata.*.value
Microsoft.App/managedEnvironments/certificates Microsoft.App/connectedEnvironments/certificates
  value
Microsoft.ContainerRegistry/registries/tasks
  step.arguments.*.value step.encodedTaskContent step.encodedValuesContent step.values.*.value
Microsoft.ContainerRegistry/registries/taskRuns
  runRequest.arguments.*.value runRequest.encodedTaskContent runRequest.encodedValuesContent runRequest.values.*.value
Microsoft.ContainerRegistry/registries/webhooks
  customHeaders
Microsoft.KubernetesConfiguration/extensions Microsoft.KubernetesConfiguration/fluxConfigurations
  configurationProtectedSettings.*
Microsoft.KubernetesConfiguration/extensions
  configurationSettings.*
Microsoft.KubernetesConfiguration/fluxConfigurations
  azureBlob.servicePrincipal.clientCertificate kustomizations.*.postBuild.substitute.*
Microsoft.ContainerService/managedClusters
  ~addonProfiles.*.config.*
Microsoft.AppPlatform/Spring/apps/bindings
  bindingParameters.* generatedProperties key

Microsoft.Compute/virtualMachines Microsoft.Compute/virtualMachineScaleSets/virtualMachines
  extensions.*.settings extensions.*.properties.settings osProfile.windowsConfiguration.additionalUnattendContent.*.content resources.*.properties.settings
Microsoft.Compute/virtualMachineScaleSets
  virtualMachineProfile.extensionProfile.extensions.*.properties.settings virtualMachineProfile.osProfile.windowsConfiguration.additionalUnattendContent.*.content
Microsoft.Compute/virtualMachines/extensions Microsoft.Compute/virtualMachineScaleSets/extensions Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions
Microsoft.HybridCompute/machines/extensions
  settings.configurationArguments settings.properties settings.script
Microsoft.Compute/virtualMachines/runCommands Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands Microsoft.HybridCompute/machines/runCommands
  instanceView.error instanceView.output parameters.*.value protectedParameters.*.value source.script
Microsoft.Compute/galleries/applications/versions
  publishingProfile.manageActions.*
Microsoft.Batch/batchAccounts/certificates
  data
Microsoft.Batch/batchAccounts/pools
  deploymentConfiguration.virtualMachineConfiguration.extensions.*.settings startTask.commandLine
Microsoft.DesktopVirtualization/hostPools
  vmTemplate
Microsoft.DevTestLab/labs/users/secrets
  value
Microsoft.DevTestLab/labs/virtualMachines
  artifacts.*.parameters.*.value
Microsoft.HDInsight/clusters
  clusterDefinition.configurations computeProfile.roles.*.scriptActions.*.parameters storageProfile.storageaccounts.*.key
Microsoft.HDInsight/clusterpools/clusters
  clusterProfile.scriptActionProfiles.*.parameters clusterProfile.serviceConfigsProfiles.*.configs.*.files.*.values.*
Microsoft.VirtualMachineImages/imageTemplates
  customize.*.inline
Microsoft.ServiceFabric/clusters Microsoft.ServiceFabric/managedClusters
  fabricSettings.*.parameters.*.value

Microsoft.Web/sites Microsoft.Web/sites/slots
  siteConfig.metadata.*.value
Microsoft.Web/sites/config Microsoft.Web/sites/slots/config Microsoft.Web/staticSites/config
  *
Microsoft.Web/certificates
  pfxBlob
Microsoft.Web/connections
  customParameterValues parameterValues parameterValueSet.values
Microsoft.Web/sites/functions
  config test_data
Microsoft.Web/sites/hybridConnectionNamespaces/relays Microsoft.Web/serverfarms/hybridConnectionNamespaces/relays
  sendKeyValue
Microsoft.ApiManagement/service
  certificates.*.encodedCertificate hostnameConfigurations.*.encodedCertificate
Microsoft.ApiManagement/service/backends
  credentials.authorization.parameter credentials.header.* credentials.query.*
Microsoft.ApiManagement/service/authorizationServers
  tokenBodyParameters.*.value
Microsoft.ApiManagement/service/certificates
  data
Microsoft.ApiManagement/service/loggers
  credentials.*
Microsoft.ApiManagement/service/apis/operations/policies Microsoft.ApiManagement/service/apis/policies Microsoft.ApiManagement/service/namedValues Microsoft.ApiManagement/service/policies
Microsoft.ApiManagement/service/policyFragments Microsoft.ApiManagement/service/products/policies Microsoft.ApiManagement/service/properties
  value
Microsoft.SignalRService/SignalR
  upstream.templates.*.urlTemplate
Microsoft.SignalRService/webPubSub/hubs
  eventHandlers.*.urlTemplate

Microsoft.Logic/workflows Microsoft.Logic/workflows/versions
  definition parameters.*.value
Microsoft.Automation/automationAccounts/certificates
  base64Value
Microsoft.Automation/automationAccounts/connections
  fieldDefinitionValues.*
Microsoft.Automation/automationAccounts/compilationjobs Microsoft.Automation/automationAccounts/jobs Microsoft.Automation/automationAccounts/jobSchedules
Microsoft.Automation/automationAccounts/webhooks
  parameters.*
Microsoft.Automation/automationAccounts/runbooks
  parameters.*.defaultValue
Microsoft.Automation/automationAccounts/variables
  value
Microsoft.Automation/automationAccounts/webhooks
  uri
Microsoft.DataFactory/factories/linkedservices Microsoft.Synapse/workspaces/linkedServices
  parameters.*.defaultValue typeProperties
Microsoft.DataFactory/factories
  globalParameters.*.value
Microsoft.DataFactory/factories/globalParameters
  *.value
Microsoft.DataFactory/factories/integrationRuntimes Microsoft.Synapse/workspaces/integrationRuntimes
  typeProperties.linkedInfo.key typeProperties.ssisProperties
Microsoft.DataFactory/factories/pipelines Microsoft.Synapse/workspaces/pipelines
  activities parameters.*.defaultValue variables.*.defaultValue
Microsoft.DataFactory/factories/triggers Microsoft.Synapse/workspaces/triggers
  pipeline.parameters.* pipelines.*.parameters.*
Microsoft.Synapse/workspaces/bigDataPools
  sparkConfigProperties.content
Microsoft.Resources/deployments Microsoft.Resources/deploymentStacks Microsoft.Solutions/applications
  outputs.*.value parameters.*.value
Microsoft.Blueprint/blueprintAssignments Microsoft.BotService/botServices/connections
  parameters.*.value
Microsoft.Resources/deploymentScripts
  arguments outputs.* scriptContent
Microsoft.AVS/privateClouds/scriptExecutions
  hiddenParameters namedOutputs output parameters

Microsoft.Kusto/clusters/databases/scripts
  scriptContent
Microsoft.AppConfiguration/configurationStores/keyValues Microsoft.KeyVault/vaults/secrets
  value
Microsoft.MachineLearningServices/workspaces/connections
  credentials.* value
Microsoft.MachineLearningServices/workspaces/datastores
  credentials.certificate
Microsoft.MachineLearningServices/workspaces/computes
  properties.setupScripts.scripts.*.scriptArguments properties.setupScripts.scripts.*.scriptData
Microsoft.CognitiveServices/accounts
  apiProperties.qnaAzureSearchEndpointKey key1 key2
Microsoft.CognitiveServices/accounts/connections
  credentials.* value

Microsoft.Network/applicationGateways
  sslCertificates.*.properties.data
Microsoft.AAD/domainServices
  ldapsSettings.pfxCertificate
Microsoft.Insights/actionGroups
  azureFunctionReceivers.*.httpTriggerUrl itsmReceivers.*.ticketConfiguration logicAppReceivers.*.callbackUrl
Microsoft.Insights/alertRules
  action.properties.* actions.*.properties.*
Microsoft.Insights/scheduledQueryRules
  action.aznsAction.customWebhookPayload actions.customProperties.*
Microsoft.Insights/autoscaleSettings
  notifications.*.webhooks.*.properties.*
Microsoft.Insights/webtests
  Configuration.WebTest Request.Headers.*.value Request.RequestBody
Microsoft.Datadog/monitors
  datadogOrganizationProperties.linkingAuthCode
Microsoft.EventGrid/eventSubscriptions Microsoft.EventGrid/domains/eventSubscriptions Microsoft.EventGrid/systemTopics/eventSubscriptions Microsoft.EventGrid/topics/eventSubscriptions
  deliveryWithResourceIdentity.destination.properties.endpointUrl deliveryWithResourceIdentity.destination.properties.deliveryAttributeMappings.*.properties.value destination.properties.endpointUrl
  destination.properties.deliveryAttributeMappings.*.properties.value
Microsoft.EventGrid/domains Microsoft.EventGrid/partnerNamespaces Microsoft.EventGrid/topics
  key1 key2
Microsoft.NotificationHubs/namespaces/notificationHubs
  admCredential.properties apnsCredential.properties baiduCredential.properties browserCredential.properties fcmV1Credential.properties gcmCredential.properties mpnsCredential.properties
  wnsCredential.properties xiaomiCredential.properties
Microsoft.BotService/botServices
  developerAppInsightKey luisKey
Microsoft.BotService/botServices/channels
  properties
Microsoft.ServiceLinker/linkers
  authInfo.secretInfo.value
`;

/** Every place that is not answered in plain: a path there and a case in the test make another one. */
export const SECRET_PLACES: readonly SecretPlace[] = [
  ...TABLE.matchAll(/(?<types>(?:^\S.*\n)+)(?<paths>(?:^ {2}\S.*\n)+)/gm),
].flatMap(({ groups: { types = '', paths = '' } = {} }) =>
  wordsOf(types).flatMap((type) => wordsOf(paths).map((path) => placeOf(type, path))),
);

function placeOf(type: string, path: string): SecretPlace {
  const isByName = /^(?:~|\*\*\.\*\w)/.test(path);
  return { type, path: path.replace('~', ''), isOfText: isByName || type === '*', isByName };
}

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}
