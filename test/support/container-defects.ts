// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of the files that are checked.
import type { Defect } from './seeded.ts';

/** What somebody may get wrong of a container group, in its files and in the walk that makes one by commands. */
export const CONTAINER_DEFECTS: readonly Defect[] = [
  {
    what: 'a walk without an identity',
    file: 'create.sh',
    from: '--assign-identity "$identity_id" ',
    to: '',
    found: [
      'create.sh: line N: --assign-identity: the gateway has an identity of its own: give UserAssigned, with its resource id.',
    ],
  },
  {
    what: "a walk with the group's own identity",
    file: 'create.sh',
    from: '--assign-identity "$identity_id" ',
    to: '--assign-identity ',
    found: [
      'create.sh: line N: --assign-identity: the gateway has an identity of its own: give UserAssigned, with its resource id.',
    ],
  },
  {
    what: 'a walk to what ends',
    file: 'create.sh',
    from: '--restart-policy "$restart"',
    to: '--restart-policy Never',
    found: ['create.sh: line N: --restart-policy: give Always: else what exits stays down.'],
  },
  {
    what: 'a walk to what ends by default',
    file: 'create.sh',
    from: 'restart=Always',
    to: 'restart=Never',
    found: ['create.sh: line N: --restart-policy: give Always: else what exits stays down.'],
  },
  {
    what: 'a walk to a PORT that is not open',
    file: 'create.sh',
    from: ' PORT=8443',
    to: ' PORT=8444',
    found: [
      'create.sh: line N: --ports: nothing listens there: PORT is 8444, METRICS_PORT 9464.',
      'create.sh: line N: --ports: PORT, 8444, is not among them: open it.',
      'create.sh: line N: --ports: nothing listens there: PORT is 8444, METRICS_PORT 0.',
      'create.sh: line N: --ports: PORT, 8444, is not among them: open it.',
    ],
  },
  {
    what: 'a walk that opens another port',
    file: 'create.sh',
    from: '"$DNS_LABEL" --ports 8443',
    to: '"$DNS_LABEL" --ports 443',
    found: [
      'create.sh: line N: --ports: nothing listens there: PORT is 8443, METRICS_PORT 0.',
      'create.sh: line N: --ports: PORT, 8443, is not among them: open it.',
    ],
  },
  {
    what: 'a walk that opens the metrics to the internet',
    file: 'create.sh',
    from: '"$DNS_LABEL" --ports 8443',
    to: '"$DNS_LABEL" --ports 8443 9464',
    found: ['create.sh: line N: --ports: nothing listens there: PORT is 8443, METRICS_PORT 0.'],
  },
  {
    what: 'a walk to metrics on the internet',
    file: 'create.sh',
    from: 'metrics_port=0',
    to: 'metrics_port=9464',
    found: ['create.sh: line N: METRICS_PORT: the metrics are not for the internet: give 0.'],
  },
  {
    what: 'a walk to another kind of identity',
    file: 'create.sh',
    from: 'AZURE_CREDENTIAL=managed-identity',
    to: 'AZURE_CREDENTIAL=workload-identity',
    found: [
      'create.sh: line N: AZURE_CREDENTIAL: AZURE_CREDENTIAL is workload-identity, and AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE is not set. On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
    ],
  },
  {
    what: 'a walk to an identity that nobody names',
    file: 'create.sh',
    from: ' AZURE_CLIENT_ID="$client_id"',
    to: '',
    found: [
      'create.sh: line N: AZURE_CREDENTIAL: AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.',
    ],
  },
  {
    what: 'a walk with a proxy between it and its identity',
    file: 'create.sh',
    from: 'NO_PROXY=169.254.169.254',
    to: 'NO_PROXY=localhost',
    found: [
      'create.sh: line N: NO_PROXY: 169.254.169.254 is not in it: the identity endpoint would be asked by the proxy.',
    ],
  },
  {
    what: 'a walk without NO_PROXY',
    file: 'create.sh',
    from: '  NO_PROXY=169.254.169.254 \\\n',
    to: '',
    found: [
      'create.sh: line N: --environment-variables: NO_PROXY is absent: a proxy that is set beside it, as a cluster may, would be asked for the identity: give 169.254.169.254.',
    ],
  },
  {
    what: 'a walk to its own machine',
    file: 'create.sh',
    from: 'HOST=0.0.0.0',
    to: 'HOST=127.0.0.1',
    found: ['create.sh: line N: HOST: its own machine alone reaches it there: give 0.0.0.0.'],
  },
  {
    what: 'a walk to no files',
    file: 'create.sh',
    from: '--secrets-mount-path /etc/gateway ',
    to: '--secrets-mount-path /etc/other ',
    found: [
      'create.sh: line N: TLS_CERT_FILE: no volume of the container has the file /etc/gateway/tls.crt.',
      'create.sh: line N: TLS_KEY_FILE: no volume of the container has the file /etc/gateway/tls.key.',
      'create.sh: line N: ACCESS_POLICY: no volume of the container has the file /etc/gateway/policy.cedar.',
    ],
  },
  {
    what: 'a walk without a file',
    file: 'create.sh',
    from: ' tls.key="@$TLS_KEY"',
    to: '',
    found: ['create.sh: line N: TLS_KEY_FILE: no volume of the container has the file /etc/gateway/tls.key.'],
  },
  {
    what: 'a walk that shows the key in the list of processes',
    file: 'create.sh',
    from: 'AUDIT_KEY="@$secrets/audit"',
    to: 'AUDIT_KEY="$AUDIT_KEY"',
    found: ['create.sh: line N: AUDIT_KEY: whoever lists processes reads it there: give the name of a file, after @.'],
  },
  {
    what: 'a walk that shows the password in the list of processes',
    file: 'create.sh',
    from: '"@$secrets/registry"',
    to: '"$REGISTRY_PASSWORD"',
    found: [
      'create.sh: line N: --registry-password: whoever lists processes reads it there: give the name of a file, after @.',
    ],
  },
  {
    what: 'a walk to an image that may be any',
    file: 'create.sh',
    from: '--image "$IMAGE"',
    to: '--image ghcr.io/owner/azure-graphql-gateway:latest',
    found: [
      'create.sh: line N: --image: "ghcr.io/owner/azure-graphql-gateway:latest" is not one build: give registry/name with a tag other than latest, or a digest.',
    ],
  },
  {
    what: 'a walk to the internet where it says private',
    file: 'create.sh',
    from: '--ip-address Private --subnet "$subnet_id"',
    to: '--ip-address Public',
    found: [
      'create.sh: line N: METRICS_PORT: the metrics are not for the internet: give 0.',
      'create.sh: line N: --dns-name-label: it is absent: a certificate is of a name.',
    ],
  },
  {
    what: 'a walk to a private address of no subnet',
    file: 'create.sh',
    from: ' --subnet "$subnet_id"',
    to: '',
    found: ['create.sh: line N: --subnet: a private address is one of a subnet: give its id.'],
  },
  {
    what: 'a walk with privileges',
    file: 'create.sh',
    from: '--cpu 1',
    to: '--privileged --cpu 1',
    found: ['create.sh: line N: --privileged: the gateway needs it not: take it away.'],
  },
  {
    what: 'a walk to tokens in the clear',
    file: 'create.sh',
    from: 'CALLER_ISSUERS="https://',
    to: 'CALLER_ISSUERS="http://',
    found: [
      'create.sh: line N: CALLER_ISSUERS: CALLER_ISSUERS has "http://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0": give https URLs, exactly as the tokens\' `iss` has them.',
    ],
  },
  {
    what: 'a group that ends',
    file: 'virtual-network.yaml',
    from: 'restartPolicy: Always',
    to: 'restartPolicy: Never',
    found: ['virtual-network.yaml: properties.restartPolicy: give Always: else what exits stays down.'],
  },
  {
    what: 'a group that Azure takes away',
    file: 'virtual-network.yaml',
    from: 'sku: Standard',
    to: 'sku: Standard\n  priority: Spot',
    found: ['virtual-network.yaml: properties.priority: give Regular: Azure takes a Spot group away at any time.'],
  },
  {
    what: 'a PORT that the group does not open',
    file: 'virtual-network.yaml',
    from: 'value: "8443"',
    to: 'value: "8444"',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.ports[0].port: nothing listens there: PORT is 8444, METRICS_PORT 9464.',
      'virtual-network.yaml: properties.containers[0].properties.ports: PORT, 8444, is not among them: open it.',
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe.httpGet.port: the gateway listens on PORT.',
      'virtual-network.yaml: properties.containers[0].properties.readinessProbe.httpGet.port: the gateway listens on PORT.',
    ],
  },
  {
    what: 'a group that no caller reaches',
    file: 'virtual-network.yaml',
    from: / {6}- port: 8443\n {8}protocol: TCP\n/,
    to: '',
    found: ['virtual-network.yaml: properties.ipAddress.ports: PORT, 8443, is not among them: no caller reaches it.'],
  },
  {
    what: 'metrics where nobody looks',
    file: 'virtual-network.yaml',
    from: 'value: "9464"',
    to: 'value: "9465"',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.ports[1].port: nothing listens there: PORT is 8443, METRICS_PORT 9465.',
    ],
  },
  {
    what: 'metrics of a group on the internet',
    file: 'public-tls.yaml',
    from: 'value: "0"',
    to: 'value: "9464"',
    found: [
      'public-tls.yaml: properties.containers[0].properties.environmentVariables[2].value: the metrics are not for the internet: give 0.',
    ],
  },
  {
    what: 'a name that the next one gets',
    file: 'public-tls.yaml',
    from: 'dnsNameLabel: ${DNS_LABEL}',
    to: 'dnsNameLabel: ${DNS_LABEL}\n    autoGeneratedDomainNameLabelScope: Unsecure',
    found: [
      'public-tls.yaml: properties.ipAddress.autoGeneratedDomainNameLabelScope: whoever comes after you gets your name: give TenantReuse.',
    ],
  },
  {
    what: 'no name on the internet',
    file: 'public-tls.yaml',
    from: '    dnsNameLabel: ${DNS_LABEL}\n',
    to: '',
    found: ['public-tls.yaml: properties.ipAddress.dnsNameLabel: it is absent: a certificate is of a name.'],
  },
  {
    what: 'a private group on the internet',
    file: 'virtual-network.yaml',
    from: 'type: Private',
    to: 'type: Public',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[2].value: the metrics are not for the internet: give 0.',
      'virtual-network.yaml: properties.ipAddress.dnsNameLabel: it is absent: a certificate is of a name.',
    ],
  },
  {
    what: 'another kind of identity',
    file: 'virtual-network.yaml',
    from: 'value: managed-identity',
    to: 'value: workload-identity',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[6].value: AZURE_CREDENTIAL is workload-identity, and AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE is not set. On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
    ],
  },
  {
    what: "a developer's login",
    file: 'virtual-network.yaml',
    from: 'value: managed-identity',
    to: 'value: developer',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[6].value: a developer is logged in on a machine of their own alone: give an identity.',
    ],
  },
  {
    what: 'an identity that nobody names',
    file: 'virtual-network.yaml',
    from: / {10}- name: AZURE_CLIENT_ID\n.*\n/,
    to: '',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[6].value: AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.',
    ],
  },
  {
    what: 'a group without NO_PROXY',
    file: 'virtual-network.yaml',
    from: / {10}- name: NO_PROXY\n.*\n/,
    to: '',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables: NO_PROXY is absent: a proxy that is set beside it, as a cluster may, would be asked for the identity: give 169.254.169.254.',
    ],
  },
  {
    what: 'a privileged container',
    file: 'virtual-network.yaml',
    from: 'image: ${IMAGE}',
    to: 'image: ${IMAGE}\n        securityContext:\n          privileged: true',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.securityContext.privileged: the gateway needs it not: take it away.',
    ],
  },
  {
    what: 'a root user',
    file: 'virtual-network.yaml',
    from: 'image: ${IMAGE}',
    to: 'image: ${IMAGE}\n        securityContext:\n          runAsUser: 0',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.securityContext.runAsUser: it is root: leave it out, and it is 65532.',
    ],
  },
  {
    what: 'a command that the image has not',
    file: 'virtual-network.yaml',
    from: 'image: ${IMAGE}',
    to: 'image: ${IMAGE}\n        command: [sh]',
    found: [
      "virtual-network.yaml: properties.containers[0].properties.command: the image's own command is the gateway: take it away.",
    ],
  },
  {
    what: 'a probe that sees nothing for an hour',
    file: 'virtual-network.yaml',
    from: 'initialDelaySeconds: 5',
    to: 'initialDelaySeconds: 3600',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe: it sees nothing for 3630 s: give a delay and periods of 120 at most.',
    ],
  },
  {
    what: 'a probe more impatient than /ready',
    file: 'virtual-network.yaml',
    from: 'timeoutSeconds: 3\n        volumeMounts',
    to: 'timeoutSeconds: 1\n        volumeMounts',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.readinessProbe.timeoutSeconds: /ready takes up to 2 s to say no: give 3.',
    ],
  },
  {
    what: 'no probe',
    file: 'virtual-network.yaml',
    from: / {8}livenessProbe:[\s\S]*? {8}readinessProbe/,
    to: '        readinessProbe',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe.httpGet.path: ask /live.',
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe.httpGet.port: the gateway listens on PORT.',
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe.httpGet.scheme: the gateway speaks https.',
    ],
  },
  {
    what: 'a walk to more privileges',
    file: 'create.sh',
    from: '--cpu 1',
    to: '--allow-escalation --cpu 1',
    found: ['create.sh: line N: --allow-escalation: the gateway needs it not: take it away.'],
  },
  {
    what: 'a walk to root',
    file: 'create.sh',
    from: '--cpu 1',
    to: '--run-as-user 0 --cpu 1',
    found: ['create.sh: line N: --run-as-user: it is root: leave it out, and it is 65532.'],
  },
  {
    what: 'a walk to a capability',
    file: 'create.sh',
    from: '--cpu 1',
    to: '--add-capabilities SYS_ADMIN --cpu 1',
    found: ['create.sh: line N: --add-capabilities: the gateway needs no capability.'],
  },
  {
    what: 'a walk that gives Contributor unsaid',
    file: 'create.sh',
    from: '--cpu 1',
    to: '--scope "/subscriptions/$AZURE_SUBSCRIPTION_ID" --cpu 1',
    found: ['create.sh: line N: --scope: it assigns a role, by default Contributor: identity.sh grants the least.'],
  },
  {
    what: 'a certificate in the place of its key',
    file: 'virtual-network.yaml',
    from: 'tls.key: ${TLS_KEY_BASE64}',
    to: 'tls.key: ${TLS_CERT_BASE64}',
    found: ['virtual-network.yaml: properties.volumes[0].secret["tls.key"]: another file has the same content.'],
  },
  {
    what: 'a port of another protocol',
    file: 'public-tls.yaml',
    from: 'protocol: TCP',
    to: 'protocol: UDP',
    found: ['public-tls.yaml: properties.ipAddress.ports[0].protocol: the gateway speaks HTTP: give TCP.'],
  },
];
