import type { Defect } from './seeded.ts';

/** What somebody may get wrong of the pods in deploy/aks/base: what they may do, how they live, where they are. */
export const POD_DEFECTS: readonly Defect[] = [
  {
    what: 'an image that no new node has',
    file: 'deployment.yaml',
    from: 'imagePullPolicy: IfNotPresent',
    to: 'imagePullPolicy: Never',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].imagePullPolicy: no new node has the image: give IfNotPresent.',
    ],
  },
  {
    what: 'pods that end',
    file: 'deployment.yaml',
    from: '      serviceAccountName',
    to: '      restartPolicy: Never\n      serviceAccountName',
    found: ['deployment.yaml: spec.template.spec.restartPolicy: a Deployment takes Always alone.'],
  },
  {
    what: 'a command that the image has not',
    file: 'deployment.yaml',
    from: 'imagePullPolicy: IfNotPresent',
    to: 'imagePullPolicy: IfNotPresent\n          command: [sh]',
    found: [
      "deployment.yaml: spec.template.spec.containers[0].command: the image's own command is the gateway: take it away.",
    ],
  },
  {
    what: 'a hook that the image cannot run',
    file: 'deployment.yaml',
    from: 'imagePullPolicy: IfNotPresent',
    to: 'imagePullPolicy: IfNotPresent\n          lifecycle:\n            preStop:\n              exec:\n                command: [sleep, "5"]',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].lifecycle.preStop.exec: the image has no shell and no sleep: DRAIN_SECONDS waits.',
    ],
  },
  {
    what: 'no time for the others to hear that it goes',
    file: 'deployment.yaml',
    from: /DRAIN_SECONDS\n {14}value: "5"/,
    to: 'DRAIN_SECONDS\n              value: "0"',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[3].value: what is still sent to it while it goes would be refused: give 5.',
    ],
  },
  {
    what: 'a privileged container',
    file: 'deployment.yaml',
    from: 'allowPrivilegeEscalation: false',
    to: 'allowPrivilegeEscalation: false\n            privileged: true',
    found: ['deployment.yaml: spec.template.spec.containers[0].securityContext.privileged: take it away.'],
  },
  {
    what: "the node's network",
    file: 'deployment.yaml',
    from: '      serviceAccountName',
    to: '      hostNetwork: true\n      serviceAccountName',
    found: ['deployment.yaml: spec.template.spec.hostNetwork: a pod of the standard "restricted" has its own.'],
  },
  {
    what: "the node's port",
    file: 'deployment.yaml',
    from: 'containerPort: 8080',
    to: 'containerPort: 8080\n              hostPort: 8080',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].ports[0].hostPort: the node would have it open for everybody: take it away.',
    ],
  },
  {
    what: "root's group",
    file: 'deployment.yaml',
    from: 'runAsGroup: 65532',
    to: 'runAsGroup: 0',
    found: [
      "deployment.yaml: spec.template.spec.securityContext.runAsGroup: it is root's: give another, such as 65532.",
    ],
  },
  {
    what: "root's files",
    file: 'deployment.yaml',
    from: 'fsGroup: 65532',
    to: 'fsGroup: 0',
    found: ["deployment.yaml: spec.template.spec.securityContext.fsGroup: it is root's: give another, such as 65532."],
  },
  {
    what: 'one more capability',
    file: 'deployment.yaml',
    from: 'drop: [ALL]',
    to: 'drop: [ALL]\n              add: [NET_ADMIN]',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].securityContext.capabilities.add[0]: the gateway needs no capability.',
    ],
  },
  {
    what: 'all of /proc',
    file: 'deployment.yaml',
    from: 'readOnlyRootFilesystem: true',
    to: 'readOnlyRootFilesystem: true\n            procMount: Unmasked',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].securityContext.procMount: give Default, or leave it out.',
    ],
  },
  {
    what: 'no AppArmor',
    file: 'deployment.yaml',
    from: '        runAsUser: 65532',
    to: '        appArmorProfile:\n          type: Unconfined\n        runAsUser: 65532',
    found: [
      'deployment.yaml: spec.template.spec.securityContext.appArmorProfile.type: give RuntimeDefault, or leave it out.',
    ],
  },
  {
    what: "the kernel's settings",
    file: 'deployment.yaml',
    from: '        runAsUser: 65532',
    to: '        sysctls:\n          - name: kernel.msgmax\n            value: "1"\n        runAsUser: 65532',
    found: ['deployment.yaml: spec.template.spec.securityContext.sysctls: the gateway needs it not: take it away.'],
  },
  {
    what: 'a token of the Kubernetes API for the pods',
    file: 'deployment.yaml',
    from: 'automountServiceAccountToken: false',
    to: 'automountServiceAccountToken: true',
    found: ['deployment.yaml: spec.template.spec.automountServiceAccountToken: it is true: give false.'],
  },
  {
    what: "a token of the Kubernetes API for the account's pods",
    file: 'service-account.yaml',
    from: 'automountServiceAccountToken: false',
    to: 'automountServiceAccountToken: true',
    found: ['service-account.yaml: automountServiceAccountToken: it is true: give false.'],
  },
  {
    what: "settings by other Services' names",
    file: 'deployment.yaml',
    from: '      enableServiceLinks: false\n',
    to: '',
    found: ['deployment.yaml: spec.template.spec.enableServiceLinks: it is absent: give false.'],
  },
  {
    what: 'more memory than the limit',
    file: 'deployment.yaml',
    from: 'memory: 128Mi',
    to: 'memory: 512Mi',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].resources.requests.memory: it is more than the limit: no pod is made of it.',
    ],
  },
  {
    what: 'a throttled thread',
    file: 'deployment.yaml',
    from: '            limits:\n',
    to: '            limits:\n              cpu: 100m\n',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].resources.limits.cpu: it throttles the one thread in the middle of an answer: leave it out, or give 1.',
    ],
  },
  {
    what: 'a probe that sees nothing for an hour',
    file: 'deployment.yaml',
    from: 'livenessProbe:\n',
    to: 'livenessProbe:\n            initialDelaySeconds: 3600\n',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].livenessProbe: it sees nothing for 3630 s: give a delay and periods of 120 at most.',
    ],
  },
  {
    what: 'a probe that kills at the first late answer',
    file: 'deployment.yaml',
    from: 'livenessProbe:\n',
    to: 'livenessProbe:\n            failureThreshold: 1\n',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].livenessProbe.failureThreshold: one late answer, and it is killed: give 3.',
    ],
  },
  {
    what: 'a probe that kills what starts',
    file: 'deployment.yaml',
    from: 'failureThreshold: 30',
    to: 'failureThreshold: 3',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].startupProbe: a start of more than 3 s is killed: give 10 or more.',
    ],
  },
  {
    what: 'no probe of the life',
    file: 'deployment.yaml',
    from: / {10}livenessProbe:[\s\S]*? {10}readinessProbe/,
    to: '          readinessProbe',
    found: ['deployment.yaml: spec.template.spec.containers[0].livenessProbe.httpGet.path: ask /live.'],
  },
  {
    what: 'a port that nobody listens on',
    file: 'deployment.yaml',
    from: 'containerPort: 8080',
    to: 'containerPort: 8080\n            - name: other\n              containerPort: 8081',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].ports[1].containerPort: nothing listens there: PORT is 8080, METRICS_PORT 9464.',
    ],
  },
  {
    what: 'a PORT that nobody leads to',
    file: 'deployment.yaml',
    from: 'value: "8080"',
    to: 'value: "8081"',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].startupProbe.httpGet.port: it is 8080, and the gateway answers probes on its PORT, 8081.',
      'deployment.yaml: spec.template.spec.containers[0].livenessProbe.httpGet.port: it is 8080, and the gateway answers probes on its PORT, 8081.',
      'deployment.yaml: spec.template.spec.containers[0].readinessProbe.httpGet.port: it is 8080, and the gateway answers probes on its PORT, 8081.',
      'deployment.yaml: spec.template.spec.containers[0].ports[0].containerPort: nothing listens there: PORT is 8081, METRICS_PORT 9464.',
      'network-policy.yaml: spec.ingress: no caller is let in to PORT, 8081: give a rule.',
    ],
  },
  {
    what: 'an address of its own machine',
    file: 'deployment.yaml',
    from: 'value: 0.0.0.0',
    to: 'value: 127.0.0.1',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[0].value: its own machine alone reaches it there: give 0.0.0.0.',
    ],
  },
  {
    what: "the node's identity, with workload identity beside it",
    file: 'deployment.yaml',
    from: 'value: workload-identity',
    to: 'value: managed-identity',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[5].value: the pods have workload identity (azure.workload.identity/use): give workload-identity.',
    ],
  },
  {
    what: "the node's identity",
    file: 'deployment.yaml',
    from: /azure.workload.identity\/use: "true"([\s\S]*)value: workload-identity/,
    to: 'a: b$1value: managed-identity',
    found: [
      "deployment.yaml: spec.template.spec.containers[0].env[5].value: it would be the node's, which every pod of it may use: give workload-identity.",
      'deployment.yaml: spec.template.spec.containers[0].env[5].value: AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.',
    ],
  },
  {
    what: "a developer's login",
    file: 'deployment.yaml',
    from: 'value: workload-identity',
    to: 'value: developer',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[5].value: a developer is logged in on a machine of their own alone: give an identity.',
    ],
  },
  {
    what: 'an identity that is no client id',
    file: 'service-account.yaml',
    from: 'client-id: 00000000-0000-0000-0000-000000000000',
    to: 'client-id: my-identity',
    found: [
      'service-account.yaml: metadata.annotations["azure.workload.identity/client-id"]: give the client id of the identity.',
    ],
  },
  {
    what: 'a spread that is none (9 apart)',
    file: 'deployment.yaml',
    from: 'maxSkew: 1',
    to: 'maxSkew: 9',
    found: [
      'deployment.yaml: spec.template.spec.topologySpreadConstraints[0].maxSkew: with 9 of them apart, one place may have all 2 replicas: give 1.',
    ],
  },
  {
    what: 'a spread that is none (2 apart, of 2)',
    file: 'deployment.yaml',
    from: /hostname\n {10}maxSkew: 1/,
    to: 'hostname\n          maxSkew: 2',
    found: [
      'deployment.yaml: spec.template.spec.topologySpreadConstraints[1].maxSkew: with 2 of them apart, one place may have all 2 replicas: give 1.',
    ],
  },
  {
    what: 'a spread over what each node is',
    file: 'deployment.yaml',
    from: 'topologyKey: kubernetes.io/hostname',
    to: 'topologyKey: kubernetes.io/os',
    found: [
      'deployment.yaml: spec.template.spec.topologySpreadConstraints: it is absent: one node may have all replicas. Spread them over kubernetes.io/hostname.',
    ],
  },
  {
    what: 'no way to roll anything out',
    file: 'deployment.yaml',
    from: 'maxSurge: 1',
    to: 'maxSurge: 0',
    found: [
      'deployment.yaml: spec.strategy.rollingUpdate.maxSurge: none may go and none come: give 1, or nothing is ever rolled out.',
    ],
  },
  {
    what: 'a rollout that waits for ever',
    file: 'deployment.yaml',
    from: '  revisionHistoryLimit: 5',
    to: '  paused: true\n  revisionHistoryLimit: 5',
    found: ['deployment.yaml: spec.paused: no change is ever rolled out: take it away.'],
  },
  {
    what: 'no way back',
    file: 'deployment.yaml',
    from: 'revisionHistoryLimit: 5',
    to: 'revisionHistoryLimit: 0',
    found: ['deployment.yaml: spec.revisionHistoryLimit: no rollout could be undone: give 5.'],
  },
  {
    what: 'settings that may be missing',
    file: 'deployment.yaml',
    from: 'name: gateway-settings',
    to: 'name: gateway-settings\n                optional: true',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].envFrom[0].configMapRef.optional: the gateway would start without it: take it away.',
    ],
  },
  {
    what: 'a key that may be missing',
    file: 'deployment.yaml',
    from: 'key: key',
    to: 'key: key\n                  optional: true',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[7].valueFrom.secretKeyRef.optional: the gateway would start without it: take it away.',
    ],
  },
  {
    what: 'a key that the secret has not',
    file: 'deployment.yaml',
    from: 'key: key',
    to: 'key: audit',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[7].valueFrom.secretKeyRef.key: an operator gives gateway-audit key, and no "audit".',
    ],
  },
  {
    what: 'an empty folder for the policy',
    file: 'deployment.yaml',
    from: 'configMap:\n            name: gateway-policy',
    to: 'emptyDir: {}',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[6].value: what is mounted at /etc/gateway/policy is empty: give a ConfigMap.',
    ],
  },
  {
    what: 'no NO_PROXY',
    file: 'deployment.yaml',
    from: / {12}- name: NO_PROXY\n.*\n/,
    to: '',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env: NO_PROXY is absent: a proxy that is set beside it, as a cluster may, would be asked for the identity: give 169.254.169.254.',
    ],
  },
  {
    what: 'a budget that rounds to none',
    file: 'pod-disruption-budget.yaml',
    from: 'maxUnavailable: 1',
    to: 'minAvailable: "90%"',
    found: ['pod-disruption-budget.yaml: spec.minAvailable: of 2 replicas none may go: no node can be drained.'],
  },
  {
    what: 'a budget of nothing',
    file: 'pod-disruption-budget.yaml',
    from: 'maxUnavailable: 1',
    to: 'maxUnavailable: 0',
    found: ['pod-disruption-budget.yaml: spec.maxUnavailable: of 2 replicas none may go: no node can be drained.'],
  },
  {
    what: 'a budget that keeps none',
    file: 'pod-disruption-budget.yaml',
    from: 'maxUnavailable: 1',
    to: 'minAvailable: 0',
    found: ['pod-disruption-budget.yaml: spec.minAvailable: all 2 replicas may go at once.'],
  },
  {
    what: 'a budget that says nothing',
    file: 'pod-disruption-budget.yaml',
    from: '  maxUnavailable: 1\n',
    to: '',
    found: ['pod-disruption-budget.yaml: spec.maxUnavailable: give it or minAvailable, one of both: maxUnavailable 1.'],
  },
  {
    what: 'a budget that pods which never start hold up',
    file: 'pod-disruption-budget.yaml',
    from: '  unhealthyPodEvictionPolicy: AlwaysAllow\n',
    to: '',
    found: [
      'pod-disruption-budget.yaml: spec.unhealthyPodEvictionPolicy: a pod that never gets ready would hold up its node: give AlwaysAllow.',
    ],
  },
  {
    what: 'an autoscaler whose least is more than its most',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'minReplicas: 2',
    to: 'minReplicas: 8',
    found: ['horizontal-pod-autoscaler.yaml: spec.maxReplicas: give more than minReplicas: it cannot scale.'],
  },
  {
    what: 'an autoscaler of a version that is not served',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'apiVersion: apps/v1\n    kind',
    to: 'apiVersion: extensions/v1beta1\n    kind',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.scaleTargetRef.apiVersion: Deployment is served as apps/v1: give it.',
    ],
  },
  {
    what: 'an autoscaler that never scales up',
    file: 'horizontal-pod-autoscaler.yaml',
    from: /$/,
    to: '    scaleUp:\n      selectPolicy: Disabled\n',
    found: ['horizontal-pod-autoscaler.yaml: spec.behavior.scaleUp.selectPolicy: it never would: take it away.'],
  },
  {
    what: 'a file that is not there',
    file: 'kustomization.yaml',
    from: 'files: [policy.cedar]',
    to: 'files: [access.cedar]',
    found: [
      'kustomization.yaml: configMapGenerator[1].files[0]: there is no access.cedar.',
      'deployment.yaml: spec.template.spec.containers[0].env[6].value: the ConfigMap gateway-policy has no "policy.cedar".',
    ],
  },
  {
    what: 'an image that nothing has',
    file: 'deployment.yaml',
    from: 'image: ghcr.io/owner/azure-graphql-gateway',
    to: 'image: ghcr.io/owner/gateway:1.0.0',
    found: ['kustomization.yaml: images[0].name: no image is called "ghcr.io/owner/azure-graphql-gateway".'],
  },
  {
    what: 'tokens from elsewhere',
    file: 'settings.env',
    from: /$/,
    to: 'AZURE_AUTHORITY_HOST=http://login.example\nAZURE_POD_IDENTITY_AUTHORITY_HOST=http://imds.example\n',
    found: [
      "settings.env: data.AZURE_AUTHORITY_HOST: it is none of Entra ID's: leave it out, and AZURE_CLOUD says which.",
      "settings.env: data.AZURE_POD_IDENTITY_AUTHORITY_HOST: the identity's tokens would come from there: leave it out, and it is 169.254.169.254.",
    ],
  },
  {
    what: "a collector's key that everybody reads",
    file: 'settings.env',
    from: /$/,
    to: 'OTEL_EXPORTER_OTLP_HEADERS=authorization=canary\n',
    found: [
      'settings.env: data.OTEL_EXPORTER_OTLP_HEADERS: OTEL_EXPORTER_OTLP_HEADERS is a secret, and everybody who sees this can read it.',
    ],
  },
  {
    what: 'nodes that the image is not for',
    file: 'deployment.yaml',
    from: 'kubernetes.io/os: linux',
    to: 'kubernetes.io/arch: amd64',
    found: ['deployment.yaml: spec.template.spec.nodeSelector["kubernetes.io/os"]: it is absent: give "linux".'],
  },
  {
    what: 'one node for all',
    file: 'deployment.yaml',
    from: 'enableServiceLinks: false',
    to: 'enableServiceLinks: false\n      nodeName: node-1',
    found: [
      'deployment.yaml: spec.template.spec.nodeName: all of them would be on one node, and none without it: take it away.',
    ],
  },
  {
    what: 'a policy where nothing is mounted',
    file: 'deployment.yaml',
    from: 'value: /etc/gateway/policy/policy.cedar',
    to: 'value: /srv/policy.cedar',
    found: ['deployment.yaml: spec.template.spec.containers[0].env[6].value: nothing is mounted at /srv.'],
  },
  {
    what: 'an audit where nothing can be written',
    file: 'settings.env',
    from: /$/,
    to: 'AUDIT_FILE=/var/log/audit.jsonl\n',
    found: [
      'settings.env: data.AUDIT_FILE: nothing can be written there: leave it out, for standard output, or mount a volume.',
    ],
  },
  {
    what: 'an audit in a folder that is read-only',
    file: 'settings.env',
    from: /$/,
    to: 'AUDIT_FILE=/etc/gateway/policy/audit.jsonl\n',
    found: [
      'settings.env: data.AUDIT_FILE: nothing can be written there: leave it out, for standard output, or mount a volume.',
    ],
  },
  {
    what: 'a log that says nothing',
    file: 'settings.env',
    from: /$/,
    to: 'LOG_LEVEL=silent\n',
    found: ['settings.env: data.LOG_LEVEL: nobody would hear of what fails: give info.'],
  },
  {
    what: 'an issuer that no token names',
    file: 'settings.env',
    from: '00000000-0000-0000-0000-000000000000/v2.0',
    to: 'common/v2.0',
    found: ["settings.env: data.CALLER_ISSUERS: no token has that issuer: give your tenant's id in its place."],
  },
  {
    what: 'tokens for Azure itself',
    file: 'settings.env',
    from: /CALLER_AUDIENCE=.*/,
    to: 'CALLER_AUDIENCE=https://management.azure.com/',
    found: [
      "settings.env: data.CALLER_AUDIENCE: it is one of Azure's own: give the application's that callers.sh makes.",
    ],
  },
  {
    what: 'settings whose change reaches no pod',
    file: 'kustomization.yaml',
    from: 'envs: [settings.env]',
    to: 'envs: [settings.env]\n    options:\n      disableNameSuffixHash: true',
    found: [
      'kustomization.yaml: configMapGenerator[0].options: settings are read at the start alone: without the hash a change of them reaches no pod.',
    ],
  },
];
