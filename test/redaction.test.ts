import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { contoso } from '../emulator/contoso.ts';
import { type PropertyPath, printPath } from '../src/azure/property-path.ts';
import { REDACTED, redacted } from '../src/azure/redaction.ts';
import { SECRET_FORMS } from '../src/azure/secret-form.ts';
import { SECRET_PLACES } from '../src/azure/secret-place.ts';
import { valueAt } from './support/value-at.ts';

/** Stand where a secret would: a text, and an object that is hidden whole. */
const HIDDEN = 'hide me';
const ALL_HIDDEN = { hide: 'me whole' };

const PROBE = { httpGet: { path: '/shown', httpHeaders: [{ name: 'shown', value: HIDDEN }] } };
const ENVIRONMENT = [{ name: 'SHOWN', value: HIDDEN }];
const POLICY_VALUE = { format: 'shown', value: HIDDEN };
const EXTENSION = { publisher: 'shown', settings: ALL_HIDDEN, protectedSettings: ALL_HIDDEN };
const REGISTRIES = {
  sourceRegistry: { loginMode: 'shown' },
  customRegistries: {
    'contoso.example': { userName: { type: 'shown', value: 'shown' }, password: { type: 'shown', value: HIDDEN } },
  },
};
const UNATTENDED = { windowsConfiguration: { additionalUnattendContent: [{ passName: 'shown', content: HIDDEN }] } };
const ENDPOINT = {
  endpointType: 'shown',
  properties: {
    endpointUrl: HIDDEN,
    endpointBaseUrl: 'shown',
    deliveryAttributeMappings: [{ name: 'shown', properties: { value: HIDDEN, isSecret: true } }],
  },
};
const WORKSPACE =
  '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/shown';
const PARAMETERS = { shown: { type: 'shown', value: HIDDEN } };

/** Properties as Azure gives them, of every type of the table; and of one that is in no row of it. */
const CASES: readonly (readonly [types: string | readonly string[], properties: unknown])[] = [
  [
    'Contoso.New/things',
    {
      adminPassword: HIDDEN,
      keyPassphrase: HIDDEN,
      clientSecret: HIDDEN,
      accessKey: HIDDEN,
      storageAccountKey: HIDDEN,
      apiKey: HIDDEN,
      authorizationKey: HIDDEN,
      sharedAccessPolicyKey: HIDDEN,
      primaryKey: HIDDEN,
      privateKey: HIDDEN,
      secondaryKey: HIDDEN,
      sharedKey: HIDDEN,
      storageKey: HIDDEN,
      workspaceKey: HIDDEN,
      storageContainerSasKey: HIDDEN,
      sasToken: HIDDEN,
      accessToken: HIDDEN,
      refreshToken: HIDDEN,
      awsSessionToken: HIDDEN,
      clientSecretValue: HIDDEN,
      repositoryToken: HIDDEN,
      primaryReadonlyMasterKey: HIDDEN,
      adminKey: HIDDEN,
      queryKey: HIDDEN,
      functionKey: HIDDEN,
      authKey: HIDDEN,
      authenticationKey: HIDDEN,
      InstrumentationKey: HIDDEN,
      licenseKey: HIDDEN,
      ingestionKey: HIDDEN,
      s3SecretKey: HIDDEN,
      cloudInitConfiguration: HIDDEN,
      clientKey: HIDDEN,
      tokenSigningKey: HIDDEN,
      machineKey: { validation: 'shown', validationKey: HIDDEN, decryption: 'shown', decryptionKey: HIDDEN },
      protectedSettings: ALL_HIDDEN,
      innermost: { protectedSettings: HIDDEN, protectedSettingsFromKeyVault: { secretUrl: 'shown' } },
      serviceUri: HIDDEN,
      actions: { actionGroups: [{ actionGroupId: 'shown', webhookProperties: { shown: HIDDEN } }] },
      given: {
        password: { value: HIDDEN, type: 'shown' },
        apiKey: { value: HIDDEN },
        token: { value: HIDDEN },
        publicKey: { value: 'shown' },
        path: { value: 'shown' },
        primaryKey: { value: 'https://contoso.vault.azure.net/keys/shown' },
        clientSecret: { keyVault: { id: 'shown' }, secretName: 'shown' },
      },
      passwordHash: HIDDEN,
      passwordHashSalt: HIDDEN,
      smtpPasscode: HIDDEN,
      passkey: HIDDEN,
      accessCode: HIDDEN,
      activationKey: HIDDEN,
      agentKey: HIDDEN,
      datadogApplicationKey: HIDDEN,
      appKey: HIDDEN,
      bitLockerKey: HIDDEN,
      deviceKey: HIDDEN,
      'x-functions-key': HIDDEN,
      functionsKey: HIDDEN,
      apimSubscriptionKey: HIDDEN,
      integrationKey: HIDDEN,
      servicePrincipalKey: HIDDEN,
      secondaryReadOnlyKey: HIDDEN,
      registrationKey: HIDDEN,
      serviceKey: HIDDEN,
      'ocp-apim-subscription-key': HIDDEN,
      systemKey: HIDDEN,
      writeKey: HIDDEN,
      adminToken: HIDDEN,
      apiToken: HIDDEN,
      botToken: HIDDEN,
      clientToken: HIDDEN,
      idToken: HIDDEN,
      joinToken: HIDDEN,
      jwt: HIDDEN,
      sharedAccessSignature: HIDDEN,
      teamsWebhookUri: HIDDEN,
      webhookUrl: HIDDEN,
      authorization: HIDDEN,
      pass: HIDDEN,
      password1: HIDDEN,
      clientSecretText: HIDDEN,
      secureString: HIDDEN,
      tokenValue: HIDDEN,
      sharedSecretStrings: HIDDEN,
      'storage-connection-string-0': HIDDEN,
      key1: 'shown',
      several: {
        passwords: [HIDDEN, HIDDEN],
        accessKeys: { primary: HIDDEN, secondary: HIDDEN },
        apiKeys: [{ name: 'shown', key: HIDDEN }],
        clientSecrets: [{ keyId: 'shown', value: HIDDEN, endDateTime: 'shown' }],
        secret: [HIDDEN, { name: 'shown' }],
        secrets: {
          'db-password': HIDDEN,
          'api-keys': [HIDDEN],
          signing: { value: HIDDEN, contentType: 'shown' },
          kept: 'https://contoso.vault.azure.net/secrets/shown',
          secretName: 'shown',
          secretUri: 'shown',
          secretRef: 'shown',
          rotationInDays: 90,
          enabled: true,
        },
        'access-tokens': { ada: HIDDEN },
      },
      keys: { key1: HIDDEN, keyName: 'shown', keySource: 'shown', rotationPeriodInDays: 30 },
      listed: {
        keys: [
          HIDDEN,
          { keyValue: HIDDEN },
          { keyName: 'shown', permissions: 'FULL', value: HIDDEN },
          { name: 'shown', key: HIDDEN },
        ],
        tokens: [HIDDEN, { name: 'shown', value: HIDDEN }],
        publicKeys: ['shown', { path: 'shown', keyData: 'shown' }],
        secretNames: ['shown'],
        keyVaultUrls: ['shown'],
        uniqueKeys: [{ paths: ['/shown'] }],
      },
      permissions: { keys: ['get', 'unwrapKey'], secrets: ['all', 'Get', 'List'], certificates: ['import'] },
      localAuthAccessToken: 'Enabled',
      passwordAuthentication: false,
      env: { SHOWN: HIDDEN },
      envVars: { SHOWN: HIDDEN },
      environmentSettings: { SHOWN: HIDDEN },
      encryptionKey: HIDDEN,
      hostKey: HIDDEN,
      pat: HIDDEN,
      sas: HIDDEN,
      access_token: HIDDEN,
      'signing-key': HIDDEN,
      credentials: { type: 'shown', value: HIDDEN },
      references: {
        encryptionKey: 'https://contoso.vault.azure.net/keys/cmk/0123456789abcdef0123456789abcdef',
        signingKey:
          '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Contoso.New/keys/shown',
        hostKey: { keyVaultUrl: 'shown' },
        keyVaultKeyUri: 'https://contoso.vault.azure.net/keys/shown',
        encryptionKeyUri: 'https://contoso.example/keys/shown',
        signingKeyId: 'shown',
        secretKeyRef: 'shown',
        clientKeyName: 'shown',
        publicKey: 'ssh-ed25519 shown',
        public_key: 'shown',
        environment: 'shown',
        credentials: 'shown',
        format: 'shown',
        path: 'shown',
        sasPolicy: 'shown',
      },
      authToken: HIDDEN,
      bearerToken: HIDDEN,
      deploymentToken: HIDDEN,
      registrationToken: HIDDEN,
      token: HIDDEN,
      kubeConfig: HIDDEN,
      kubeconfigs: [{ name: 'shown', value: HIDDEN }],
      sqlPasswd: HIDDEN,
      userPwd: HIDDEN,
      keysMetadata: { primaryMasterKey: { generationTime: 'shown' } },
      keyCreationTime: { key1: 'shown' },
      tokenStore: 'shown',
      skipToken: 'shown',
      eventHubConnectionString: HIDDEN,
      secureValue: HIDDEN,
      customData: HIDDEN,
      userData: HIDDEN,
      inner: [{ commandToExecute: HIDDEN, PASSWORD: HIDDEN }],
      connectionStrings: {
        SHOWN: HIDDEN,
        valued: { value: HIDDEN },
        alsoShown: { type: 'shown', connectionString: HIDDEN },
      },
      lists: {
        env: ENVIRONMENT,
        envVars: ENVIRONMENT,
        environment: ENVIRONMENT,
        environmentSettings: ENVIRONMENT,
        environmentVariables: ENVIRONMENT,
        ...PROBE.httpGet,
      },
      appSettings: ENVIRONMENT,
      dictionaries: { appSettings: { SHOWN: HIDDEN }, environmentVariables: { SHOWN: HIDDEN, count: null } },
      password: { secretRef: 'shown' },
      passwordSecretRef: 'shown',
      secretName: 'shown',
      keyVaultSecretId: 'https://contoso.vault.azure.net/secrets/shown',
      disablePasswordAuthentication: true,
      allowSharedKeyAccess: false,
    },
  ],
  [
    ['Microsoft.ContainerInstance/containerGroups', 'Microsoft.ContainerInstance/containerGroupProfiles'],
    {
      containers: [
        {
          name: 'shown',
          properties: {
            command: ['sh', '-c', 'serve'],
            environmentVariables: [{ name: 'SHOWN', value: HIDDEN }, { name: 'EMPTY', value: '' }, { name: 'SECURE' }],
            livenessProbe: PROBE,
          },
        },
      ],
      initContainers: [
        { name: 'shown', properties: { environmentVariables: [{ name: 'SHOWN', secureValue: HIDDEN, value: null }] } },
      ],
      imageRegistryCredentials: [{ server: 'shown', username: 'shown', password: HIDDEN }],
      volumes: [
        { name: 'shown', secret: { shown: HIDDEN } },
        { name: 'shown', azureFile: { shareName: 'shown', storageAccountName: 'shown', storageAccountKey: HIDDEN } },
      ],
      diagnostics: { logAnalytics: { workspaceId: 'shown', workspaceKey: HIDDEN } },
      extensions: [{ name: 'shown', properties: { extensionType: 'shown', version: 'shown', ...EXTENSION } }],
    },
  ],
  [
    ['Microsoft.App/containerApps', 'Microsoft.App/jobs'],
    {
      configuration: {
        secrets: [
          { name: 'shown', value: HIDDEN },
          { name: 'shown', keyVaultUrl: 'https://contoso.vault.azure.net/secrets/shown', identity: 'system' },
        ],
        registries: [{ server: 'shown', username: 'shown', passwordSecretRef: 'shown', password: HIDDEN }],
        eventTriggerConfig: {
          scale: {
            rules: [
              { name: 'shown', type: 'azure-queue', metadata: { queueName: 'shown', connection: HIDDEN } },
              { name: 'shown', auth: [{ secretRef: 'shown', triggerParameter: 'connection' }] },
            ],
          },
        },
      },
      template: {
        containers: [{ image: 'shown', env: [...ENVIRONMENT, { name: 'SHOWN', secretRef: 'shown' }], probes: [PROBE] }],
        initContainers: [{ image: 'shown', env: ENVIRONMENT }],
        scale: {
          minReplicas: 0,
          rules: [
            { name: 'shown', custom: { type: 'azure-queue', metadata: { queueName: 'shown', connection: HIDDEN } } },
            {
              name: 'shown',
              custom: { type: 'shown', auth: [{ secretRef: 'shown', triggerParameter: 'connection' }] },
            },
            { name: 'shown', http: { metadata: { concurrentRequests: '10' } } },
          ],
        },
      },
    },
  ],
  ['Microsoft.App/sessionPools', { secrets: [{ name: 'shown', value: HIDDEN }] }],
  [
    'Microsoft.App/managedEnvironments',
    {
      customDomainConfiguration: { dnsSuffix: 'shown', certificateValue: HIDDEN, certificatePassword: HIDDEN },
      appLogsConfiguration: { logAnalyticsConfiguration: { customerId: 'shown', sharedKey: HIDDEN } },
      daprAIInstrumentationKey: HIDDEN,
      openTelemetryConfiguration: {
        destinationsConfiguration: {
          dataDogConfiguration: { site: 'shown', key: HIDDEN },
          otlpConfigurations: [{ endpoint: 'shown', headers: [{ key: 'shown', value: HIDDEN }] }],
        },
      },
    },
  ],
  [
    ['Microsoft.App/managedEnvironments/daprComponents', 'Microsoft.App/connectedEnvironments/daprComponents'],
    {
      componentType: 'shown',
      metadata: [{ name: 'shown', value: HIDDEN }],
      secrets: [{ name: 'shown', value: HIDDEN }],
    },
  ],
  [
    ['Microsoft.App/managedEnvironments/certificates', 'Microsoft.App/connectedEnvironments/certificates'],
    { subjectName: 'shown', value: HIDDEN },
  ],
  [
    'Microsoft.ContainerService/managedClusters',
    {
      kubernetesVersion: 'shown',
      servicePrincipalProfile: { clientId: 'shown', secret: HIDDEN },
      windowsProfile: { adminUsername: 'shown', adminPassword: HIDDEN },
      aadProfile: { serverAppID: 'shown', serverAppSecret: HIDDEN },
      addonProfiles: {
        shown: {
          enabled: true,
          config: { shown: HIDDEN, enableSecretRotation: 'true', logAnalyticsWorkspaceResourceID: WORKSPACE },
          identity: { clientId: 'shown' },
        },
      },
    },
  ],
  ['Microsoft.ContainerRegistry/registries', { loginServer: 'shown', passwords: [{ name: 'shown', value: HIDDEN }] }],
  [
    'Microsoft.ContainerRegistry/registries/tasks',
    {
      step: {
        type: 'shown',
        taskFilePath: 'shown',
        encodedTaskContent: HIDDEN,
        encodedValuesContent: HIDDEN,
        arguments: [{ name: 'shown', value: HIDDEN }],
        values: [{ name: 'shown', value: HIDDEN }],
      },
      credentials: REGISTRIES,
      trigger: { sourceTriggers: [{ sourceRepository: { sourceControlAuthProperties: { token: HIDDEN } } }] },
    },
  ],
  [
    'Microsoft.ContainerRegistry/registries/taskRuns',
    {
      provisioningState: 'shown',
      runRequest: {
        type: 'shown',
        encodedTaskContent: HIDDEN,
        encodedValuesContent: HIDDEN,
        arguments: [{ name: 'shown', value: HIDDEN }],
        values: [{ name: 'shown', value: HIDDEN }],
        credentials: REGISTRIES,
      },
    },
  ],
  [
    'Microsoft.ContainerRegistry/registries/webhooks',
    { scope: 'shown', serviceUri: HIDDEN, customHeaders: ALL_HIDDEN },
  ],
  [
    'Microsoft.KubernetesConfiguration/extensions',
    { version: 'shown', configurationSettings: { shown: HIDDEN }, configurationProtectedSettings: { shown: HIDDEN } },
  ],
  [
    'Microsoft.KubernetesConfiguration/fluxConfigurations',
    {
      namespace: 'shown',
      configurationProtectedSettings: { shown: HIDDEN },
      azureBlob: { servicePrincipal: { clientId: 'shown', clientCertificate: HIDDEN, clientSecret: HIDDEN } },
      kustomizations: {
        shown: {
          path: 'shown',
          postBuild: { substitute: { shown: HIDDEN }, substituteFrom: [{ kind: 'Secret', name: 'shown' }] },
        },
      },
    },
  ],
  [
    'Microsoft.AppPlatform/Spring/apps/bindings',
    { resourceId: 'shown', key: HIDDEN, bindingParameters: { shown: HIDDEN }, generatedProperties: HIDDEN },
  ],
  [
    ['Microsoft.Compute/virtualMachines', 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines'],
    {
      hardwareProfile: { vmSize: 'shown' },
      osProfile: { computerName: 'shown', adminPassword: HIDDEN, customData: HIDDEN, ...UNATTENDED },
      userData: HIDDEN,
      extensions: [EXTENSION, { name: 'shown', properties: EXTENSION }],
      resources: [{ name: 'shown', properties: EXTENSION }],
    },
  ],
  [
    'Microsoft.Compute/virtualMachineScaleSets',
    {
      virtualMachineProfile: {
        osProfile: { computerNamePrefix: 'shown', adminPassword: HIDDEN, customData: HIDDEN, ...UNATTENDED },
        userData: HIDDEN,
        extensionProfile: { extensions: [{ name: 'shown', properties: EXTENSION }] },
      },
    },
  ],
  [
    [
      'Microsoft.Compute/virtualMachines/extensions',
      'Microsoft.Compute/virtualMachineScaleSets/extensions',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/extensions',
      'Microsoft.HybridCompute/machines/extensions',
    ],
    {
      settings: {
        workspaceId: 'shown',
        commandToExecute: HIDDEN,
        script: HIDDEN,
        configurationArguments: ALL_HIDDEN,
        Properties: ALL_HIDDEN,
      },
      protectedSettings: ALL_HIDDEN,
    },
  ],
  [
    [
      'Microsoft.Compute/virtualMachines/runCommands',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommands',
      'Microsoft.HybridCompute/machines/runCommands',
    ],
    {
      source: { script: HIDDEN, commandId: 'shown' },
      parameters: [{ name: 'shown', value: HIDDEN }],
      protectedParameters: [{ name: 'shown', value: HIDDEN }],
      runAsUser: 'shown',
      instanceView: { exitCode: 0, output: HIDDEN, error: HIDDEN },
    },
  ],
  [
    'Microsoft.Compute/galleries/applications/versions',
    { publishingProfile: { enableHealthCheck: true, manageActions: { install: HIDDEN, remove: HIDDEN } } },
  ],
  ['Microsoft.Batch/batchAccounts/certificates', { thumbprint: 'shown', data: HIDDEN }],
  [
    'Microsoft.Batch/batchAccounts/pools',
    {
      vmSize: 'shown',
      startTask: { commandLine: HIDDEN, environmentSettings: ENVIRONMENT },
      deploymentConfiguration: { virtualMachineConfiguration: { extensions: [EXTENSION] } },
    },
  ],
  [
    'Microsoft.DesktopVirtualization/hostPools',
    { hostPoolType: 'shown', registrationInfo: { expirationTime: 'shown', token: HIDDEN }, vmTemplate: HIDDEN },
  ],
  ['Microsoft.DevTestLab/labs/users/secrets', { provisioningState: 'shown', value: HIDDEN }],
  [
    'Microsoft.DevTestLab/labs/virtualMachines',
    { size: 'shown', artifacts: [{ artifactId: 'shown', parameters: [{ name: 'shown', value: HIDDEN }] }] },
  ],
  [
    'Microsoft.HDInsight/clusters',
    {
      clusterDefinition: { kind: 'shown', configurations: ALL_HIDDEN },
      computeProfile: { roles: [{ name: 'shown', scriptActions: [{ uri: 'shown', parameters: HIDDEN }] }] },
      storageProfile: { storageaccounts: [{ name: 'shown', key: HIDDEN }] },
    },
  ],
  [
    'Microsoft.HDInsight/clusterpools/clusters',
    {
      clusterProfile: {
        scriptActionProfiles: [{ name: 'shown', url: 'shown', parameters: HIDDEN }],
        secretsProfile: { keyVaultResourceId: 'shown', secrets: [{ referenceName: 'shown', type: 'Secret' }] },
        serviceConfigsProfiles: [
          { serviceName: 'shown', configs: [{ component: 'shown', files: [{ values: { shown: HIDDEN } }] }] },
        ],
      },
    },
  ],
  [
    'Microsoft.VirtualMachineImages/imageTemplates',
    { customize: [{ type: 'Shell', name: 'shown', inline: ALL_HIDDEN }] },
  ],
  [
    ['Microsoft.ServiceFabric/clusters', 'Microsoft.ServiceFabric/managedClusters'],
    { fabricSettings: [{ name: 'shown', parameters: [{ name: 'shown', value: HIDDEN }] }] },
  ],
  [
    ['Microsoft.Web/sites', 'Microsoft.Web/sites/slots'],
    {
      defaultHostName: 'shown',
      siteConfig: {
        appSettings: [{ name: 'SHOWN', value: HIDDEN, slotSetting: false }],
        connectionStrings: [{ name: 'shown', type: 'SQLAzure', connectionString: HIDDEN }],
        azureStorageAccounts: { shown: { accountName: 'shown', accessKey: HIDDEN } },
        metadata: [{ name: 'shown', value: HIDDEN }],
        machineKey: { validation: 'shown', validationKey: HIDDEN, decryption: 'shown', decryptionKey: HIDDEN },
        publishingUsername: 'shown',
        publishingPassword: HIDDEN,
      },
    },
  ],
  [
    ['Microsoft.Web/sites/config', 'Microsoft.Web/sites/slots/config', 'Microsoft.Web/staticSites/config'],
    { SHOWN: HIDDEN, alsoShown: ALL_HIDDEN },
  ],
  ['Microsoft.Web/certificates', { subjectName: 'shown', pfxBlob: HIDDEN }],
  [
    'Microsoft.Web/connections',
    {
      displayName: 'shown',
      parameterValues: ALL_HIDDEN,
      customParameterValues: ALL_HIDDEN,
      parameterValueSet: { name: 'shown', values: ALL_HIDDEN },
    },
  ],
  ['Microsoft.Web/sites/functions', { href: 'shown', config: ALL_HIDDEN, test_data: HIDDEN }],
  [
    [
      'Microsoft.Web/sites/hybridConnectionNamespaces/relays',
      'Microsoft.Web/serverfarms/hybridConnectionNamespaces/relays',
    ],
    { sendKeyName: 'shown', sendKeyValue: HIDDEN },
  ],
  ['Microsoft.Web/sourcecontrols', { token: HIDDEN, tokenSecret: HIDDEN, expirationTime: 'shown' }],
  [
    'Microsoft.ApiManagement/service',
    {
      hostnameConfigurations: [{ hostName: 'shown', encodedCertificate: HIDDEN, certificatePassword: HIDDEN }],
      certificates: [{ storeName: 'shown', encodedCertificate: HIDDEN }],
    },
  ],
  [
    'Microsoft.ApiManagement/service/backends',
    {
      url: 'shown',
      credentials: {
        authorization: { scheme: 'shown', parameter: HIDDEN },
        header: { shown: ALL_HIDDEN },
        query: { shown: ALL_HIDDEN },
      },
    },
  ],
  ['Microsoft.ApiManagement/service/certificates', { subject: 'shown', data: HIDDEN }],
  [
    'Microsoft.ApiManagement/service/authorizationServers',
    { clientId: 'shown', clientSecret: HIDDEN, tokenBodyParameters: [{ name: 'shown', value: HIDDEN }] },
  ],
  ['Microsoft.ApiManagement/service/loggers', { loggerType: 'shown', credentials: { shown: HIDDEN } }],
  [
    [
      'Microsoft.ApiManagement/service/apis/operations/policies',
      'Microsoft.ApiManagement/service/apis/policies',
      'Microsoft.ApiManagement/service/namedValues',
      'Microsoft.ApiManagement/service/policies',
      'Microsoft.ApiManagement/service/policyFragments',
      'Microsoft.ApiManagement/service/products/policies',
      'Microsoft.ApiManagement/service/properties',
    ],
    POLICY_VALUE,
  ],
  [
    'Microsoft.SignalRService/SignalR',
    { upstream: { templates: [{ hubPattern: 'shown', urlTemplate: HIDDEN }] }, hostName: 'shown' },
  ],
  ['Microsoft.SignalRService/webPubSub/hubs', { eventHandlers: [{ userEventPattern: 'shown', urlTemplate: HIDDEN }] }],
  [
    ['Microsoft.Logic/workflows', 'Microsoft.Logic/workflows/versions'],
    { state: 'shown', definition: ALL_HIDDEN, parameters: PARAMETERS },
  ],
  [
    'Microsoft.Automation/automationAccounts',
    { state: 'shown', keys: [{ KeyName: 'shown', Permissions: 'shown', value: HIDDEN }] },
  ],
  ['Microsoft.Automation/automationAccounts/certificates', { thumbprint: 'shown', base64Value: HIDDEN }],
  [
    'Microsoft.Automation/automationAccounts/connections',
    { connectionType: { name: 'shown' }, fieldDefinitionValues: { shown: HIDDEN } },
  ],
  [
    [
      'Microsoft.Automation/automationAccounts/compilationjobs',
      'Microsoft.Automation/automationAccounts/jobs',
      'Microsoft.Automation/automationAccounts/jobSchedules',
    ],
    { runOn: 'shown', parameters: { shown: HIDDEN } },
  ],
  ['Microsoft.Automation/automationAccounts/webhooks', { isEnabled: true, uri: HIDDEN, parameters: { shown: HIDDEN } }],
  [
    'Microsoft.Automation/automationAccounts/runbooks',
    { runbookType: 'shown', parameters: { shown: { type: 'shown', defaultValue: HIDDEN } } },
  ],
  ['Microsoft.Automation/automationAccounts/variables', { isEncrypted: false, value: HIDDEN }],
  [
    ['Microsoft.DataFactory/factories/linkedservices', 'Microsoft.Synapse/workspaces/linkedServices'],
    { type: 'shown', typeProperties: ALL_HIDDEN, parameters: { shown: { type: 'shown', defaultValue: HIDDEN } } },
  ],
  ['Microsoft.DataFactory/factories', { version: 'shown', globalParameters: PARAMETERS }],
  ['Microsoft.DataFactory/factories/globalParameters', PARAMETERS],
  [
    ['Microsoft.DataFactory/factories/integrationRuntimes', 'Microsoft.Synapse/workspaces/integrationRuntimes'],
    {
      type: 'shown',
      typeProperties: { computeProperties: 'shown', ssisProperties: ALL_HIDDEN, linkedInfo: { key: ALL_HIDDEN } },
    },
  ],
  [
    ['Microsoft.DataFactory/factories/pipelines', 'Microsoft.Synapse/workspaces/pipelines'],
    {
      concurrency: 1,
      activities: ALL_HIDDEN,
      parameters: { shown: { type: 'shown', defaultValue: HIDDEN } },
      variables: { shown: { type: 'shown', defaultValue: HIDDEN } },
    },
  ],
  [
    ['Microsoft.DataFactory/factories/triggers', 'Microsoft.Synapse/workspaces/triggers'],
    {
      type: 'shown',
      pipeline: { pipelineReference: { referenceName: 'shown' }, parameters: { shown: HIDDEN } },
      pipelines: [{ pipelineReference: { referenceName: 'shown' }, parameters: { shown: HIDDEN } }],
    },
  ],
  [
    'Microsoft.Synapse/workspaces/bigDataPools',
    { nodeCount: 3, sparkConfigProperties: { filename: 'shown', content: HIDDEN } },
  ],
  [
    ['Microsoft.Resources/deployments', 'Microsoft.Resources/deploymentStacks', 'Microsoft.Solutions/applications'],
    { mode: 'shown', parameters: PARAMETERS, outputs: PARAMETERS },
  ],
  ['Microsoft.Blueprint/blueprintAssignments', { scope: 'shown', parameters: PARAMETERS }],
  [
    'Microsoft.Resources/deploymentScripts',
    {
      azCliVersion: 'shown',
      arguments: HIDDEN,
      scriptContent: HIDDEN,
      environmentVariables: [
        { name: 'SHOWN', value: HIDDEN },
        { name: 'SHOWN', secureValue: HIDDEN },
      ],
      storageAccountSettings: { storageAccountName: 'shown', storageAccountKey: HIDDEN },
      outputs: { shown: HIDDEN },
    },
  ],
  [
    'Microsoft.AVS/privateClouds/scriptExecutions',
    {
      scriptCmdletId: 'shown',
      parameters: ALL_HIDDEN,
      hiddenParameters: ALL_HIDDEN,
      namedOutputs: ALL_HIDDEN,
      output: ALL_HIDDEN,
    },
  ],
  ['Microsoft.Sql/servers', { administratorLogin: 'shown', administratorLoginPassword: HIDDEN }],
  [
    'Microsoft.DocumentDB/databaseAccounts',
    {
      documentEndpoint: 'shown',
      primaryMasterKey: HIDDEN,
      secondaryMasterKey: HIDDEN,
      primaryReadonlyMasterKey: HIDDEN,
      secondaryReadonlyMasterKey: HIDDEN,
      connectionStrings: [{ description: 'shown', connectionString: HIDDEN }],
    },
  ],
  [
    'Microsoft.Insights/components',
    { AppId: 'shown', InstrumentationKey: HIDDEN, ConnectionString: HIDDEN, RetentionInDays: 90 },
  ],
  [
    'Microsoft.Storage/storageAccounts',
    {
      primaryEndpoints: { blob: 'shown' },
      keyCreationTime: { key1: 'shown' },
      encryption: { keySource: 'shown' },
      keys: [{ keyName: 'shown', permissions: 'shown', value: HIDDEN }],
    },
  ],
  [
    'Microsoft.Kusto/clusters/databases/scripts',
    { scriptUrl: 'shown', scriptUrlSasToken: HIDDEN, scriptContent: HIDDEN },
  ],
  [
    'Microsoft.Cache/Redis',
    {
      hostName: 'shown',
      accessKeys: { shown: HIDDEN },
      redisConfiguration: {
        'maxmemory-policy': 'shown',
        'rdb-storage-connection-string': HIDDEN,
        'aof-storage-connection-string-0': HIDDEN,
        'aof-storage-connection-string-1': HIDDEN,
      },
    },
  ],
  ['Microsoft.Cache/redisEnterprise/databases', { port: 10_000, accessKeys: { shown: HIDDEN } }],
  ['Microsoft.AppConfiguration/configurationStores/keyValues', { key: 'shown', value: HIDDEN }],
  ['Microsoft.KeyVault/vaults/secrets', { contentType: 'shown', value: HIDDEN }],
  [
    ['Microsoft.MachineLearningServices/workspaces/connections', 'Microsoft.CognitiveServices/accounts/connections'],
    { authType: 'shown', value: HIDDEN, credentials: { shown: HIDDEN } },
  ],
  [
    'Microsoft.MachineLearningServices/workspaces/datastores',
    {
      accountName: 'shown',
      credentials: { credentialsType: 'shown', certificate: HIDDEN, secrets: { shown: HIDDEN } },
    },
  ],
  [
    'Microsoft.MachineLearningServices/workspaces/computes',
    {
      computeType: 'shown',
      properties: {
        sshSettings: { sshPublicKey: 'shown' },
        setupScripts: {
          scripts: { startupScript: { scriptSource: 'shown', scriptArguments: HIDDEN, scriptData: HIDDEN } },
        },
      },
    },
  ],
  [
    'Microsoft.KeyVault/vaults',
    {
      vaultUri: 'https://contoso.vault.azure.net/',
      enableRbacAuthorization: false,
      accessPolicies: [{ objectId: 'shown', permissions: { keys: ['get', 'WrapKey'], secrets: ['get', 'list'] } }],
    },
  ],
  [
    'Microsoft.Authorization/policyAssignments',
    {
      parameters: { effect: { value: 'shown' }, logAnalytics: { value: WORKSPACE }, adminPassword: { value: HIDDEN } },
    },
  ],
  [
    'Microsoft.Insights/diagnosticSettings',
    { workspaceId: WORKSPACE, eventHubAuthorizationRuleId: 'shown', logs: [{ retentionPolicy: { days: 30 } }] },
  ],
  [
    'Microsoft.Databricks/workspaces',
    { parameters: { customVirtualNetworkId: { type: 'String', value: 'shown' }, enableNoPublicIp: { value: true } } },
  ],
  [
    'Microsoft.Devices/IotHubs',
    {
      authorizationPolicies: [{ keyName: 'shown', primaryKey: HIDDEN, secondaryKey: HIDDEN, rights: 'shown' }],
      storageEndpoints: { $default: { connectionString: HIDDEN, containerName: 'shown' } },
      routing: { endpoints: { eventHubs: [{ name: 'shown', connectionString: HIDDEN }] } },
    },
  ],
  [
    'Microsoft.CognitiveServices/accounts',
    { endpoint: 'shown', key1: HIDDEN, key2: HIDDEN, apiProperties: { qnaAzureSearchEndpointKey: HIDDEN } },
  ],
  ['Microsoft.ImportExport/jobs', { jobType: 'shown', driveList: [{ driveId: 'shown', bitLockerKey: HIDDEN }] }],
  [
    'Microsoft.DataBox/jobs',
    {
      details: {
        jobDetailsType: 'shown',
        keyEncryptionKey: { kekType: 'shown', passkey: HIDDEN },
        preferences: { encryptionPreferences: { passkey: HIDDEN } },
      },
    },
  ],
  [
    'Microsoft.Network/applicationGateways',
    { sslCertificates: [{ name: 'shown', properties: { publicCertData: 'shown', data: HIDDEN, password: HIDDEN } }] },
  ],
  [
    'Microsoft.Network/networkVirtualAppliances',
    { virtualApplianceAsn: 65_000, cloudInitConfiguration: HIDDEN, cloudInitConfigurationBlobs: ['shown'] },
  ],
  [
    'Microsoft.Datadog/monitors',
    { datadogOrganizationProperties: { name: 'shown', linkingClientId: 'shown', linkingAuthCode: HIDDEN } },
  ],
  ['Microsoft.Network/expressRouteCircuits', { allowClassicOperations: false, serviceKey: HIDDEN }],
  ['Microsoft.AAD/domainServices', { ldapsSettings: { ldaps: 'shown', pfxCertificate: HIDDEN } }],
  [
    'Microsoft.Insights/actionGroups',
    {
      groupShortName: 'shown',
      automationRunbookReceivers: [{ name: 'shown', serviceUri: HIDDEN }],
      azureFunctionReceivers: [{ name: 'shown', httpTriggerUrl: HIDDEN }],
      itsmReceivers: [{ name: 'shown', ticketConfiguration: HIDDEN }],
      logicAppReceivers: [{ name: 'shown', resourceId: 'shown', callbackUrl: HIDDEN }],
      webhookReceivers: [{ name: 'shown', serviceUri: HIDDEN }],
    },
  ],
  [
    'Microsoft.Insights/activityLogAlerts',
    { enabled: true, actions: { actionGroups: [{ actionGroupId: 'shown', webhookProperties: { shown: HIDDEN } }] } },
  ],
  [
    'Microsoft.Insights/metricAlerts',
    { severity: 3, actions: [{ actionGroupId: 'shown', webHookProperties: { shown: HIDDEN } }] },
  ],
  [
    'Microsoft.Insights/alertRules',
    {
      action: { serviceUri: HIDDEN, properties: { shown: HIDDEN } },
      actions: [{ 'odata.type': 'shown', serviceUri: HIDDEN, properties: { shown: HIDDEN } }],
    },
  ],
  [
    'Microsoft.Insights/scheduledQueryRules',
    {
      action: { aznsAction: { actionGroup: ['shown'], customWebhookPayload: HIDDEN } },
      actions: { actionGroups: ['shown'], customProperties: { shown: HIDDEN } },
    },
  ],
  [
    'Microsoft.Insights/autoscaleSettings',
    { enabled: true, notifications: [{ webhooks: [{ serviceUri: HIDDEN, properties: { shown: HIDDEN } }] }] },
  ],
  [
    'Microsoft.Insights/webtests',
    {
      Frequency: 300,
      Configuration: { WebTest: HIDDEN },
      Request: { RequestUrl: 'shown', RequestBody: HIDDEN, Headers: [{ key: 'shown', value: HIDDEN }] },
    },
  ],
  [
    [
      'Microsoft.EventGrid/eventSubscriptions',
      'Microsoft.EventGrid/domains/eventSubscriptions',
      'Microsoft.EventGrid/systemTopics/eventSubscriptions',
      'Microsoft.EventGrid/topics/eventSubscriptions',
    ],
    { topic: 'shown', destination: ENDPOINT, deliveryWithResourceIdentity: { destination: ENDPOINT } },
  ],
  [
    ['Microsoft.EventGrid/domains', 'Microsoft.EventGrid/partnerNamespaces', 'Microsoft.EventGrid/topics'],
    { endpoint: 'shown', key1: HIDDEN, key2: HIDDEN },
  ],
  [
    'Microsoft.NotificationHubs/namespaces/notificationHubs',
    {
      name: 'shown',
      admCredential: { properties: ALL_HIDDEN },
      apnsCredential: { properties: ALL_HIDDEN },
      baiduCredential: { properties: ALL_HIDDEN },
      browserCredential: { properties: ALL_HIDDEN },
      fcmV1Credential: { properties: ALL_HIDDEN },
      gcmCredential: { properties: ALL_HIDDEN },
      mpnsCredential: { properties: ALL_HIDDEN },
      wnsCredential: { properties: ALL_HIDDEN },
      xiaomiCredential: { properties: ALL_HIDDEN },
    },
  ],
  [
    'Microsoft.BotService/botServices',
    {
      msaAppId: 'shown',
      developerAppInsightKey: HIDDEN,
      developerAppInsightsApiKey: HIDDEN,
      luisAppIds: ['shown'],
      luisKey: HIDDEN,
    },
  ],
  ['Microsoft.BotService/botServices/channels', { channelName: 'shown', properties: ALL_HIDDEN }],
  [
    'Microsoft.BotService/botServices/connections',
    { clientId: 'shown', clientSecret: HIDDEN, parameters: [{ key: 'shown', value: HIDDEN }] },
  ],
  [
    'Microsoft.ServiceLinker/linkers',
    { clientType: 'shown', authInfo: { authType: 'secret', secretInfo: { secretType: 'rawValue', value: HIDDEN } } },
  ],
];

const ALL = CASES.flatMap(([types, properties]) => [types].flat().map((type) => ({ type, properties })));

describe('properties', () => {
  for (const { type, properties } of ALL) {
    it(`of ${type} are shown without what is secret in them`, () => {
      assert.deepEqual(redacted(type, properties), asExpected(properties));
    });

    it(`of ${type} in other letter case are, too`, () => {
      const shouted = inCapitals(properties);
      assert.deepEqual(redacted(type.toUpperCase(), shouted), inCapitals(asExpected(properties)));
    });

    it(`of ${type} that are read from a place on are shown as they are in the whole`, () => {
      const whole = redacted(type, properties);
      for (const path of pathsIn(properties)) {
        const value = valueAt(properties, path);
        assert.deepEqual(redacted(type, value, path), shownAt(whole, path, value), printPath(path));
      }
    });
  }

  it('are not changed', () => {
    const before = structuredClone(ALL);
    for (const { type, properties } of ALL) redacted(type, frozen(properties));
    assert.deepEqual(ALL, before);
  });

  it('keep a field of any name, such as __proto__', () => {
    const properties = JSON.parse('{"__proto__":{"password":"hide me","a":1},"constructor":{"b":2}}');
    assert.equal(
      JSON.stringify(redacted('a/b', properties)),
      '{"__proto__":{"password":"[redacted]","a":1},"constructor":{"b":2}}',
    );
  });

  it('may be empty where a secret could be', () => {
    for (const empty of [null, undefined, '']) {
      const properties = { adminPassword: empty, userData: empty };
      assert.deepEqual(redacted('Microsoft.Compute/virtualMachines', properties), properties);
    }
  });

  it('may be nothing, or no object', () => {
    const all = [undefined, null, '', 'text', 0, false, [], {}];
    assert.deepEqual(
      all.map((properties) => redacted('a/b', properties)),
      all,
    );
  });

  it('are hidden, too, where they stand as JSON in a text', () => {
    const secrets = [
      { passwords: ['hide'] },
      [{ accessKeys: { primary: 'hide' } }],
      { env: [{ name: 'A', value: 'hide' }] },
      { inner: JSON.stringify({ pinPassword: 1234 }) },
      JSON.stringify({ keys: ['hide'] }),
    ];
    const shown = [{ secretUri: 'a', keys: ['get'], command: ['--password', '$A'] }, [1, 'a'], {}, 'a'];
    const answered = (all: readonly unknown[]) =>
      all.map((each) => redacted('Contoso.New/things', { a: ` ${JSON.stringify(each, null, 2)}` }));
    assert.deepEqual(
      answered(secrets),
      secrets.map(() => ({ a: REDACTED })),
    );
    assert.deepEqual(
      answered(shown),
      shown.map((each) => ({ a: ` ${JSON.stringify(each, null, 2)}` })),
    );
  });

  it('hold a command as JSON in a text', () => {
    assert.deepEqual(redacted('a/b', { command: '["serve","--password","hide"]' }), { command: REDACTED });
  });

  it('hold numbers that are secrets', () => {
    assert.deepEqual(redacted('a/b', { pinPassword: 1234 }), { pinPassword: REDACTED });
  });

  it('may be deep', () => {
    const deep = (value: unknown) =>
      Array(20_000)
        .fill(0)
        .reduce((inner) => ({ inner }), value);
    const secretAt = (value: unknown) => Array(20_000).fill('inner').concat('password').reduce(fieldOf, value);
    assert.equal(secretAt(redacted('a/b', deep({ password: HIDDEN }))), REDACTED);
  });

  it('may be many', () => {
    const redactedMany = redacted('Microsoft.Cache/Redis', { accessKeys: Array(150_000).fill(HIDDEN) });
    assert.deepEqual(redactedMany, { accessKeys: Array(150_000).fill(REDACTED) });
  });
});

describe('the table of places', () => {
  for (const { type, path } of SECRET_PLACES) {
    it(`has a case for ${path} of ${type}, which nothing else hides`, () => {
      const cases = ALL.filter((each) => (type === '*' ? /^Contoso/ : new RegExp(`^${type}$`)).test(each.type));
      const values = cases.flatMap(({ properties }) => valuesAt(properties, path.split('.')));
      assert.ok(values.some((value) => value === HIDDEN || value === ALL_HIDDEN));
    });
  }

  it('has no row of one type for what is hidden of every type', () => {
    const ofOne = SECRET_PLACES.filter(({ type }) => type !== '*');
    const idle = ofOne.filter(({ type, path }) => {
      const { properties } = ALL.find((each) => each.type === type) ?? assert.fail(type);
      const names = path.split('.');
      return valuesAt(redacted('Contoso.New/things', properties), names).every((value) => value === REDACTED);
    });
    assert.deepEqual(idle, []);
  });

  it('has each row once', () => {
    const rows = SECRET_PLACES.map(({ type, path }) => `${type} ${path}`.toLowerCase());
    assert.deepEqual(rows, [...new Set(rows)]);
  });
});

describe('a text', () => {
  const SECRET: Record<string, readonly string[]> = {
    'a key of a connection string': [
      'DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=aGlkZQ==;EndpointSuffix=core.windows.net',
      'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=all;SharedAccessKey=aGlkZQ==',
      'endpoint=https://contoso.service.signalr.net;accesskey = aGlkZQ==;Version=1.0;',
      'az login --client_secret=hide',
      'InstrumentationKey=hide;IngestionEndpoint=https://contoso.example/',
    ],
    'a password of a connection string or a command': [
      'Server=tcp:contoso.database.windows.net,1433;User ID=ada;Password=hide;Encrypt=true',
      'Server=contoso;Uid=ada;Pwd=hide;',
      'contoso.redis.cache.windows.net:6380,password=hide,ssl=True',
      'DB_PASSWORD=hide ./serve',
      '<publishProfile userName="$contoso" userPWD="hide" />',
    ],
    'a password, a token or a key in a flag of a command': [
      'serve --password hide',
      'serve --verbose -Password "hide"',
      'serve --api-key=hide',
      "serve --storage_key 'hide'",
      '/bin/sh -c "serve --db.password x --client-secret hide"',
      '--auth-token=hide',
      'redis-server --requirepass hide --masterauth hide',
      'serve --db-pass hide --pass=hide',
    ],
    'a password in a short flag of a command': [
      'mysql -uroot -phide',
      'mysqladmin ping -h localhost -u root -phide',
      'mariadb-dump --all-databases -phide',
      'sshpass -p hide ssh ada@contoso.example',
      '/opt/mssql-tools/bin/sqlcmd -S contoso.database.windows.net -U ada -P hide -Q "select 1"',
      'bcp t out f -U ada -Phide',
      'redis-cli -h contoso.redis.cache.windows.net -p 6380 -a hide ping',
      'docker login contoso.azurecr.io -u ada -p hide',
      'az login --service-principal -u ada -p hide --tenant contoso',
      'az acr login -n contoso -u ada -p hide',
    ],
    'a password behind a user and a colon': [
      'curl -u ada:hide https://contoso.example/',
      "curl -sS -X POST -H 'a: b' \"https://contoso.example/?a=1&b=2\" --user 'ada:hide'",
      'curl -fsSLu ada:hide https://contoso.example/',
      'curl --proxy-user=ada:hide https://contoso.example/',
    ],
    'a secret that is assigned to a variable': [
      'DB_PASS=hide ./serve',
      'export TOKEN=hide; serve',
      'env GITHUB_PAT=hide serve',
      'sh -c "SECRET=hide serve"',
      'docker build --build-arg NPM_TOKEN=hide .',
      'set AWS_SECRET_ACCESS_KEY=hide&& serve',
      'STORAGE_KEY="hide"',
    ],
    'a credential in a header': [
      "curl -H 'Authorization: Bearer hide' https://contoso.example/",
      'wget --header="authorization: Basic aGlkZQ==" https://contoso.example/',
      '{"Authorization": "Bearer hide"}',
      "curl -H 'api-key: hide' https://contoso.example/",
      "curl -H 'Ocp-Apim-Subscription-Key: hide' https://contoso.example/",
      "curl -H 'PRIVATE-TOKEN: hide' https://contoso.example/",
      'Bearer 0-hide-me',
      'basic aGlkZTptZQ==',
    ],
    'a shared access signature': [
      'https://contoso.blob.core.windows.net/c/b?sv=2024-11-04&se=2030-01-01&sp=r&sig=aGlkZQ%3D%3D',
      'SharedAccessSignature sr=contoso&sig=aGlkZQ%3D%3D&se=1893456000&skn=all',
      'sig=aGlkZQ&sv=2024-11-04',
      '{"url":"https://contoso.blob.core.windows.net/c?sv=1\\u0026sig=aGlkZQ"}',
      'https://contoso.example/?next=https%3A%2F%2Fa.example%2F%3Fsv%3D1%26sig%3DaGlkZQ',
    ],
    'a key or a token in a URL': [
      'https://contoso.azurewebsites.net/api/run?code=aGlkZS1tZS1hbmQtbWU9PQ==',
      'https://contoso.azure-api.net/a?b=c&subscription-key=00000000000000000000000000000000',
      'https://contoso.webhook.weu.azure-automation.example/webhooks?token=00000000000000000000000000000000',
      'https://contoso.example/?a=1&api_key=00000000000000000000',
    ],
    'a password or a token before the host of a URL': [
      'postgres://ada:hide@contoso.example/db',
      'clone https://:hide@contoso.example/r.git now',
      `https://${'x'.repeat(52)}@contoso.example/contoso/_git/r`,
    ],
    'a token that its beginning tells': [
      `ghp_${'x'.repeat(36)}`,
      `github_pat_${'x'.repeat(40)}`,
      `xoxb-${'1'.repeat(12)}-x`,
      `eyJ${'x'.repeat(20)}.eyJ${'x'.repeat(20)}.x`,
      `echo npm_${'x'.repeat(36)}`,
    ],
    'the URL of a webhook': [
      'https://hooks.slack.com/services/x/y/z',
      'https://contoso.webhook.office.com/webhookb2/x@y/IncomingWebhook/z',
      'https://discord.com/api/webhooks/1/x',
    ],
    'a key by its form': [
      `${'x'.repeat(86)}==`,
      `mount -o "${'/'.repeat(86)}=="`,
      `${'x'.repeat(33)}+AEh${'x'.repeat(6)}=`,
      `${'x'.repeat(42)}AzSe${'x'.repeat(6)}`,
      `${'x'.repeat(44)}AzFu${'x'.repeat(6)}==`,
      `xxx8Q~${'x'.repeat(34)}`,
    ],
    'a private key': ['-----BEGIN PRIVATE KEY-----\naGlkZQ', 'x\n-----BEGIN RSA PRIVATE KEY-----\naGlkZQ'],
    'a password in JSON': [
      '{"adminPassword": "hide"}',
      'curl -d \'{"access_key":"hide"}\' https://contoso.example/',
      String.raw`"{\"clientSecret\":\"hide\"}"`,
    ],
  };
  const PLAIN = [
    'AccountName=contoso;AccountKey=;EndpointSuffix=core.windows.net',
    'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=all;EntityPath=a',
    'Server=contoso;Authentication=Active Directory Default;Password=;',
    'https://contoso.example/?design=1&sig=',
    'https://contoso.example/?redesignsig=new',
    'https://contoso.example/?code=200',
    'https://contoso.example/?key=shown',
    'https://contoso@dev.azure.example/contoso/_git/r',
    'Bearer $TOKEN',
    'Basic monitoring of 5 machines',
    'bearer authentication',
    'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    `sha512-${'x'.repeat(86)}==`,
    `${'x'.repeat(87)}==`,
    'eyJ is how such a token begins',
    '[{"name":"A","secretRef":"a"},{"name":"B","value":"shown"}]',
    '{"secrets":{"secretName":"shown"},"broken":',
    'https://contoso.vault.azure.net:443/secrets/db-password',
    'contoso.azurecr.io:443/app@sha256:0123',
    'ssh://git@contoso.example:22/r',
    '-----BEGIN CERTIFICATE-----\naGlkZQ',
    '-----BEGIN PUBLIC KEY-----\naGlkZQ',
    'The password must be changed: it is a secret.',
    'serve --password $DB_PASSWORD --token "$(TOKEN)" --api-key %API_KEY%',
    'serve --password-stdin --token --verbose',
    'serve --password-file /run/secrets/db --key /etc/tls/key.pem',
    'mkdir -p /var/lib/data && serve -p 8080',
    'mysql -u root -p contoso',
    'mysql --protocol tcp -p$MYSQL_PWD | serve -p8080',
    'docker run -p 80:80 contoso.azurecr.io/app',
    'docker login -u ada -p $REGISTRY_PASSWORD contoso.azurecr.io && docker run -p 80:80 app',
    'docker login --password-stdin; serve -p 8080',
    'sqlcmd -S contoso -p 1 -P $(SA_PASSWORD)',
    'redis-cli -p 6379 -a $REDIS_PASSWORD && serve -a all',
    'az account show -p shown',
    'blaz login -p shown',
    '{"passwordRef": "a", "password": ""}',
    'DB_PASS=$DB_PASS TOKEN="$(cat /run/token)" SIGNING_KEY=%SIGNING_KEY% serve',
    'export TOKEN= PATH=/bin COMPASS=north BYPASS=1 MAX_TOKENS=5 PUBLIC_KEY=abc; serve',
    'TOKEN_FILE=/run/token PASS_COUNT=2 KEY=a serve',
    "curl -H 'Authorization: Bearer $TOKEN' -H 'Accept: text/plain' https://contoso.example/",
    'Authorization: the header by which callers sign in',
    'curl -u ada https://contoso.example:8443/ && sort -u a:b',
    'curl -u ada:$PASSWORD -o out https://contoso.example/',
    'redis-server --requirepass $REDIS_PASSWORD --pass --maxmemory 1gb --pass-through on',
    'ffmpeg -pass 1 -i in.mp4',
    'ghp_ is how such a token begins; https://hooks.slack.com/services/',
    '@Microsoft.KeyVault(SecretUri=https://contoso.vault.azure.net/secrets/db-password)',
  ];

  for (const { what, form } of SECRET_FORMS) {
    it(`that is ${what} is hidden wherever it stands, and by that row alone`, () => {
      const texts = SECRET[what] ?? [];
      assert.ok(texts.length > 0);
      assert.deepEqual(
        texts.map((text) => redacted('Contoso.New/things', { a: [text] })),
        texts.map(() => ({ a: [REDACTED] })),
      );
      assert.deepEqual(
        texts.filter((text) => !form.test(text)),
        [],
      );
    });
  }

  for (const text of PLAIN) {
    it(`is shown: ${JSON.stringify(text)}`, () => {
      assert.equal(redacted('Contoso.New/things', text, ['a']), text);
    });
  }

  it('costs one pass, however long', () => {
    const parts = [
      '://',
      ':',
      'password ',
      'secret"',
      'sig',
      '-----BEGIN ',
      'AAAA',
      '?code=',
      '--a-password ',
      'mysql ',
      '-p',
      '-',
      'a ',
      '://a:a',
      ' ',
      'accesskey=',
      'curl ',
      'sqlcmd ',
      'redis-cli ',
      'docker login ',
      'curl -u a ',
      'a_',
      'token=',
      'authorization: ',
      'bearer ',
      'eyJ',
      '.eyJ',
      'x',
      '8Q~',
      '+AEh',
      '?token=',
      '@',
      '{"a":',
      '[',
      '"',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 3 }), (cycle) => {
        const text = cycle.join('').repeat(40_000);
        redacted('a/b', text);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a command in a list', () => {
  const answered = (command: readonly unknown[], name = 'command') =>
    (redacted('Contoso.New/things', { [name]: command }) as Record<string, unknown>)[name];
  const commands: readonly (readonly [command: readonly unknown[], secrets: readonly number[]])[] = [
    [['serve', '--password', 'hide', '--port', '8080'], [2]],
    [
      ['serve', '--password', 'hide', '--token', 'hide', 'hide'],
      [2, 4],
    ],
    [['serve', '--api-key=hide', '-v'], [1]],
    [['sh', '-c', 'serve --password hide'], [2]],
    [['mysqladmin', 'ping', '-h', 'localhost', '-phide'], [4]],
    [['sshpass', '-p', 'hide', 'ssh', 'ada@contoso.example'], [2]],
    [['serve', '--password', '$(DB_PASSWORD)', '--token', '--verbose'], []],
    [['sqlcmd', '-S', 'contoso', '-U', 'ada', '-P', 'hide', '-Q', 'select 1'], [6]],
    [['redis-cli', '-a', 'hide', 'ping'], [2]],
    [['az', 'login', '-u', 'ada', '-p', 'hide', '--tenant', 'contoso'], [5]],
    [['docker', 'run', '-p', '80:80', 'app'], []],
    [['redis-server', '--requirepass', 'hide', '--port', '6379'], [2]],
    [['curl', '-u', 'ada:hide', 'https://contoso.example/'], [2]],
    [['curl', '-H', 'Authorization: Bearer hide', 'https://contoso.example/'], [2]],
    [['curl', '-H', 'Authorization: Bearer', 'hide'], [3]],
    [['env', 'DB_PASS=hide', 'serve'], [1]],
    [['sh', '-c', 'export TOKEN=hide && serve'], [2]],
    [['env', 'DB_PASS=$(DB_PASS)', 'curl', '-u', 'ada', 'https://contoso.example:8443/'], []],
    [['mkdir', '-p', '/data', '-m', '0700'], []],
    [['serve', '-p', '8080', null, 7, { of: 'things' }], []],
  ];
  for (const [command, secrets] of commands) {
    it(`is shown but for what its flags say is secret: ${JSON.stringify(command)}`, () => {
      const expected = command.map((element, nth) => (secrets.includes(nth) ? REDACTED : element));
      for (const name of ['command', 'ARGS']) assert.deepEqual(answered(command, name), expected);
    });
  }

  it('is no more than a list by any other name', () => {
    assert.deepEqual(answered(['--password', 'shown'], 'labels'), ['--password', 'shown']);
  });

  it('is not shown by an element alone, but for the first: what stands before it is not known', () => {
    const at = (position: number) => redacted('Contoso.New/things', 'serve', ['containers', 0, 'command', position]);
    assert.deepEqual([at(0), at(1), at(2)], ['serve', REDACTED, REDACTED]);
  });

  it('may be long', () => {
    const command = Array.from({ length: 20_000 }, () => '--password');
    assert.deepEqual(answered(command), command);
  });
});

describe("contoso's estate", () => {
  it('is shown but for the places that are known', () => {
    const hidden = contoso().resources.flatMap(({ type, properties }) =>
      pathsIn(properties)
        .filter((path) => valueAt(redacted(type, properties), path) === REDACTED)
        .map((path) => `${type} ${printPath(path)}`),
    );
    assert.deepEqual([...new Set(hidden)].toSorted(), HIDDEN_IN_CONTOSO);
  });
});

const HIDDEN_IN_CONTOSO = [
  'Microsoft.App/containerApps template.containers[0].env[1].value',
  'Microsoft.Compute/virtualMachines osProfile.customData',
  'Microsoft.ContainerInstance/containerGroups containers[0].properties.environmentVariables[0].value',
  'Microsoft.ContainerInstance/containerGroups containers[0].properties.environmentVariables[1].value',
  'Microsoft.Web/sites siteConfig.appSettings[0].value',
  'Microsoft.Web/sites siteConfig.appSettings[1].value',
  'Microsoft.Web/sites siteConfig.appSettings[2].value',
  'Microsoft.Web/sites siteConfig.connectionStrings[0].connectionString',
];

/** What a case is to be answered as. */
function asExpected(value: unknown): unknown {
  if (value === HIDDEN || value === ALL_HIDDEN) return REDACTED;
  return mapped(value, ([key, inner]) => [key, asExpected(inner)]);
}

const inCapitals = (value: unknown): unknown => mapped(value, ([key, inner]) => [key.toUpperCase(), inCapitals(inner)]);

function mapped(value: unknown, entry: (entry: [string, unknown]) => [string, unknown]): unknown {
  if (Array.isArray(value)) return value.map((inner) => entry(['', inner])[1]);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(entry));
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

const fieldOf = (value: unknown, key: string): unknown => Reflect.get(Object(value), key);

/** Every place in a value, from its own on. */
function pathsIn(value: unknown, path: PropertyPath = []): PropertyPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, inner]) =>
      pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

/** What stands at a path of what was redacted whole: below what is hidden everything is, but for what is empty. */
function shownAt(whole: unknown, path: PropertyPath, value: unknown): unknown {
  const isAlone = path.at(-2) === 'command' && path.at(-1) !== 0;
  const isHidden = isAlone || path.some((_, nth) => valueAt(whole, path.slice(0, nth)) === REDACTED);
  return isHidden && value !== null && value !== '' ? REDACTED : valueAt(whole, path);
}

/** The values at a place of the table. */
function valuesAt(value: unknown, [name, ...others]: readonly string[]): unknown[] {
  if (name === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  if (name === '**')
    return [...valuesAt(value, others), ...entries.flatMap(([, inner]) => valuesAt(inner, [name, ...others]))];
  const form = new RegExp(`^${name.replace('*', '.*')}$`, 'i');
  return entries.filter(([key]) => form.test(key)).flatMap(([, inner]) => valuesAt(inner, others));
}
