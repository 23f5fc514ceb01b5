import type { Defect } from './seeded.ts';

/** What somebody may get wrong in deploy/aks/base, and what the check says of it. */
export const KUBERNETES_DEFECTS: readonly Defect[] = [
  {
    what: 'an API version that no cluster serves any more',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'autoscaling/v2',
    to: 'autoscaling/v2beta2',
    found: [
      'horizontal-pod-autoscaler.yaml: apiVersion: HorizontalPodAutoscaler is served as autoscaling/v2, not as autoscaling/v2beta2.',
    ],
  },
  {
    what: 'a number where Kubernetes wants a text',
    file: 'deployment.yaml',
    from: 'value: "8080"',
    to: 'value: 8080',
    found: ['deployment.yaml: spec.template.spec.containers[0].env[1].value: must be string.'],
  },
  {
    what: 'a quantity with a wrong unit',
    file: 'deployment.yaml',
    from: 'memory: 256Mi',
    to: 'memory: 256mb',
    found: ['deployment.yaml: spec.template.spec.containers[0].resources.limits.memory: must match format "quantity".'],
  },
  {
    what: 'a strategy that there is not',
    file: 'deployment.yaml',
    from: 'type: RollingUpdate',
    to: 'type: Rolling',
    found: ['deployment.yaml: spec.strategy.type: must be equal to one of the allowed values.'],
  },
  {
    what: 'a selector that chooses no pod',
    file: 'deployment.yaml',
    from: '  selector:\n    matchLabels:\n      app.kubernetes.io/name: azure-graphql-gateway',
    to: '  selector:\n    matchLabels:\n      app.kubernetes.io/name: gateway',
    found: ['deployment.yaml: spec.selector.matchLabels: no pod of this Deployment has these labels.'],
  },
  {
    what: 'a service that chooses no pod',
    file: 'service.yaml',
    from: 'selector:\n    app.kubernetes.io/name: azure-graphql-gateway',
    to: 'selector:\n    app: azure-graphql-gateway',
    found: [
      'deployment.yaml: metadata.name: no Service leads to its pods.',
      'service.yaml: spec.selector: it chooses no pod of these resources.',
    ],
  },
  {
    what: "a service's port that the pods have not",
    file: 'service.yaml',
    from: 'targetPort: http',
    to: 'targetPort: web',
    found: ['service.yaml: spec.ports[0].targetPort: the pods have no port "web".'],
  },
  {
    what: 'a service account that is not there',
    file: 'deployment.yaml',
    from: 'serviceAccountName: azure-graphql-gateway',
    to: 'serviceAccountName: gateway',
    found: ['deployment.yaml: spec.template.spec.serviceAccountName: there is no ServiceAccount "gateway".'],
  },
  {
    what: 'a probe of a port that the container has not',
    file: 'deployment.yaml',
    from: 'path: /live\n              port: http\n            periodSeconds: 10',
    to: 'path: /live\n              port: https\n            periodSeconds: 10',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].livenessProbe.httpGet.port: the container has no port "https".',
    ],
  },
  {
    what: 'a probe that asks for what is not there',
    file: 'deployment.yaml',
    from: 'path: /ready',
    to: 'path: /healthz',
    found: ['deployment.yaml: spec.template.spec.containers[0].readinessProbe.httpGet.path: ask /ready.'],
  },
  {
    what: 'a readiness probe more impatient than /ready',
    file: 'deployment.yaml',
    from: '# It waits up to 2 s for the identity before it says no.\n            timeoutSeconds: 3',
    to: 'timeoutSeconds: 1',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].readinessProbe.timeoutSeconds: /ready takes up to 2 s to say no: give 3.',
    ],
  },
  {
    what: 'too little time to stop in',
    file: 'deployment.yaml',
    from: 'terminationGracePeriodSeconds: 45',
    to: 'terminationGracePeriodSeconds: 30',
    found: [
      'deployment.yaml: spec.template.spec.terminationGracePeriodSeconds: give 40 or more: DRAIN_SECONDS + REQUEST_TIMEOUT_SECONDS + 10. What runs is killed else.',
    ],
  },
  {
    what: 'a request that may take longer than the pod may stop',
    file: 'deployment.yaml',
    from: 'value: "25"',
    to: 'value: "60"',
    found: [
      'deployment.yaml: spec.template.spec.terminationGracePeriodSeconds: give 75 or more: DRAIN_SECONDS + REQUEST_TIMEOUT_SECONDS + 10. What runs is killed else.',
    ],
  },
  {
    what: 'a root that can be written',
    file: 'deployment.yaml',
    from: 'readOnlyRootFilesystem: true',
    to: 'readOnlyRootFilesystem: false',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem: it is false: give true.',
    ],
  },
  {
    what: 'a root user',
    file: 'deployment.yaml',
    from: 'runAsUser: 65532',
    to: 'runAsUser: 0',
    found: [
      'deployment.yaml: spec.template.spec.securityContext.runAsUser: it is root: give another user, such as 65532.',
    ],
  },
  {
    what: 'capabilities that stay',
    file: 'deployment.yaml',
    from: 'drop: [ALL]',
    to: 'drop: [NET_RAW]',
    found: ['deployment.yaml: spec.template.spec.containers[0].securityContext.capabilities.drop: drop ALL.'],
  },
  {
    what: 'no seccomp profile',
    file: 'deployment.yaml',
    from: 'type: RuntimeDefault',
    to: 'type: Unconfined',
    found: ['deployment.yaml: spec.template.spec.securityContext.seccompProfile.type: give RuntimeDefault.'],
  },
  {
    what: 'no label of workload identity',
    file: 'deployment.yaml',
    from: 'azure.workload.identity/use: "true"',
    to: 'azure.workload.identity/use: "yes"',
    found: [
      'deployment.yaml: spec.template.metadata.labels["azure.workload.identity/use"]: it is "yes": give "true".',
      'deployment.yaml: spec.template.spec.containers[0].env[5].value: AZURE_CREDENTIAL is workload-identity, and AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE is not set. On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
    ],
  },
  {
    what: 'no identity named',
    file: 'service-account.yaml',
    from: 'azure.workload.identity/client-id',
    to: 'azure.workload.identity/clientid',
    found: [
      'service-account.yaml: metadata.annotations["azure.workload.identity/client-id"]: give the client id of the identity.',
    ],
  },
  {
    what: 'an image that may be any',
    file: 'kustomization.yaml',
    from: 'newTag: 0.1.0',
    to: 'newTag: latest',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].image: "ghcr.io/owner/azure-graphql-gateway:latest" is not one build: give registry/name with a tag other than latest, or a digest.',
    ],
  },
  {
    what: 'a budget that lets no node be drained',
    file: 'pod-disruption-budget.yaml',
    from: 'maxUnavailable: 1',
    to: 'minAvailable: 2',
    found: ['pod-disruption-budget.yaml: spec.minAvailable: of 2 replicas none may go: no node can be drained.'],
  },
  {
    what: 'a budget for other pods',
    file: 'pod-disruption-budget.yaml',
    from: 'matchLabels:\n      app.kubernetes.io/name: azure-graphql-gateway',
    to: 'matchLabels:\n      app: gateway',
    found: [
      'pod-disruption-budget.yaml: spec.selector.matchLabels: it chooses no pod of these resources.',
      'deployment.yaml: metadata.name: it has no PodDisruptionBudget.',
    ],
  },
  {
    what: 'an autoscaler of nothing',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'kind: Deployment\n    name: azure-graphql-gateway',
    to: 'kind: Deployment\n    name: gateway',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.scaleTargetRef.name: there is no Deployment "gateway".',
      'deployment.yaml: spec.replicas: give 2 or more: with one, an update of the node is an outage.',
      'pod-disruption-budget.yaml: spec.maxUnavailable: all 1 replicas may go at once.',
    ],
  },
  {
    what: 'one replica',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'minReplicas: 2',
    to: 'minReplicas: 1',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.minReplicas: give 2 or more: with one, an update of the node is an outage.',
      'pod-disruption-budget.yaml: spec.maxUnavailable: all 1 replicas may go at once.',
    ],
  },
  {
    what: 'an autoscaler by memory',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'name: cpu',
    to: 'name: memory',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.metrics[0].resource.name: by "memory" it would not scale as load does: give cpu.',
    ],
  },
  {
    what: 'an autoscaler by a metric that nothing serves',
    file: 'horizontal-pod-autoscaler.yaml',
    from: /type: Resource[\s\S]*averageUtilization: 500/,
    to: 'type: Pods\n      pods:\n        metric:\n          name: gateway_operations_in_flight\n        target:\n          type: AverageValue\n          averageValue: "10"',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.metrics[0].type: nothing here serves that metric: give Resource, of cpu.',
    ],
  },
  {
    what: 'an autoscaler by bytes of cpu',
    file: 'horizontal-pod-autoscaler.yaml',
    from: /type: Utilization[\s\S]*averageUtilization: 500/,
    to: 'type: AverageValue\n          averageValue: "1"',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.metrics[0].resource.target: give Utilization, in averageUtilization.',
    ],
  },
  {
    what: 'a policy of another vault than the one that is meant',
    file: 'settings.env',
    from: 'KEYVAULT_VAULT_NAME=contoso-vault',
    to: 'KEYVAULT_VAULT_NAME=billing-vault',
    found: [
      'settings.env: data.KEYVAULT_VAULT_NAME: the access policy grants nothing of this vault, but of contoso-vault: callers who name no vault read nothing.',
    ],
  },
  {
    what: 'a mount of no volume',
    file: 'deployment.yaml',
    from: '- name: policy\n              mountPath',
    to: '- name: policies\n              mountPath',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].volumeMounts[0].name: the pod has no volume "policies".',
      'deployment.yaml: spec.template.spec.volumes[0].name: no container mounts this volume.',
    ],
  },
  {
    what: 'a file that is not mounted',
    file: 'deployment.yaml',
    from: '/etc/gateway/policy/policy.cedar',
    to: '/etc/gateway/policy/access.cedar',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[6].value: the ConfigMap gateway-policy has no "access.cedar".',
    ],
  },
  {
    what: 'a mount that Kubernetes never updates',
    file: 'deployment.yaml',
    from: 'mountPath: /etc/gateway/policy\n',
    to: 'mountPath: /etc/gateway/policy\n              subPath: policy.cedar\n',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].volumeMounts[0].subPath: Kubernetes does not update a subPath: mount the folder, so that changes are taken up.',
    ],
  },
  {
    what: 'a secret that nobody makes',
    file: 'deployment.yaml',
    from: 'name: gateway-audit',
    to: 'name: audit',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[7].valueFrom.secretKeyRef.name: nobody makes the Secret "audit": an operator makes gateway-audit and gateway-tls.',
    ],
  },
  {
    what: 'a gateway in the clear on the internet',
    file: 'service.yaml',
    from: 'type: ClusterIP',
    to: 'type: LoadBalancer',
    found: [
      'service.yaml: spec.type: it is in the clear outside the cluster: give ClusterIP, and an ingress with TLS.',
    ],
  },
  {
    what: 'metrics for callers',
    file: 'service.yaml',
    from: 'targetPort: http',
    to: 'targetPort: metrics',
    found: ["service.yaml: spec.ports[0]: the metrics are not for callers: scrape the pods' own port."],
  },
  {
    what: 'metrics for all the cluster',
    file: 'network-policy.yaml',
    from: 'ports:\n        - port: http',
    to: 'ports:\n        - port: http\n        - port: metrics',
    found: ['network-policy.yaml: spec.ingress[0].ports[1]: the metrics are for the namespace monitoring alone.'],
  },
  {
    what: 'a way out to everywhere',
    file: 'network-policy.yaml',
    from: 'ports:\n        - port: 443',
    to: 'ports:\n        - port: 1433',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
      'network-policy.yaml: spec.egress[2].ports[0].port: the gateway needs DNS (53), 169.254.169.254/32 (80) and 443, not 1433.',
    ],
  },
  {
    what: "a way to any host's port 80",
    file: 'network-policy.yaml',
    from: '169.254.169.254/32',
    to: '0.0.0.0/0',
    found: [
      'network-policy.yaml: spec.egress[1].ports[0].port: the gateway needs DNS (53), 169.254.169.254/32 (80) and 443, not 80.',
    ],
  },
  {
    what: 'a service that chooses the pod of the check too',
    file: 'service.yaml',
    from: '\n    app.kubernetes.io/component: gateway',
    to: '',
    found: ['service.yaml: spec.selector: it chooses the pod of check.sh too: name app.kubernetes.io/component.'],
  },
  {
    what: 'a budget that counts the pod of the check',
    file: 'pod-disruption-budget.yaml',
    from: '\n      app.kubernetes.io/component: gateway',
    to: '',
    found: [
      'pod-disruption-budget.yaml: spec.selector.matchLabels: it chooses the pod of check.sh too: name app.kubernetes.io/component.',
    ],
  },
  {
    what: 'many ports in the name of one',
    file: 'network-policy.yaml',
    from: '- port: 443',
    to: '- port: 443\n          endPort: 65535',
    found: [
      'network-policy.yaml: spec.egress[2].ports[0].endPort: it makes of one port many: name each that is needed.',
    ],
  },
  {
    what: "anybody's name server",
    file: 'network-policy.yaml',
    from: 'cidr: 169.254.10.10/32',
    to: 'cidr: 0.0.0.0/0',
    found: [
      "network-policy.yaml: spec.egress[0].to[1]: names are the cluster's to answer: give the DNS pods' namespace and labels, or one address.",
    ],
  },
  {
    what: 'the name servers of every namespace',
    file: 'network-policy.yaml',
    from: /namespaceSelector:\n +matchLabels:\n +kubernetes.io\/metadata.name: kube-system\n +podSelector/,
    to: 'podSelector',
    found: [
      "network-policy.yaml: spec.egress[0].to[0]: names are the cluster's to answer: give the DNS pods' namespace and labels, or one address.",
    ],
  },
  {
    what: 'a proxy that it is not let out to',
    file: 'settings.env',
    from: /$/,
    to: '\nHTTPS_PROXY=http://proxy.contoso.example:3128\n',
    found: [
      'settings.env: data.HTTPS_PROXY: HTTPS_PROXY is on port 3128, and no NetworkPolicy lets the gateway out to it.',
    ],
  },
  {
    what: 'a collector that it is not let out to',
    file: 'settings.env',
    from: /$/,
    to: '\nOTEL_EXPORTER_OTLP_ENDPOINT=http://collector.monitoring:4318\n',
    found: [
      'settings.env: data.OTEL_EXPORTER_OTLP_ENDPOINT: OTEL_EXPORTER_OTLP_ENDPOINT is on port 4318, and no NetworkPolicy lets the gateway out to it.',
    ],
  },
  {
    what: 'an autoscaler that waits for more than a replica can use',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'averageUtilization: 500',
    to: 'averageUtilization: 5000',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.metrics[0].resource.target.averageUtilization: of the 100m that a pod requests it is 500 % of the one core that a replica can use: give 10 to 90 %.',
    ],
  },
  {
    what: 'an autoscaler that never rests',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'averageUtilization: 500',
    to: 'averageUtilization: 50',
    found: [
      'horizontal-pod-autoscaler.yaml: spec.metrics[0].resource.target.averageUtilization: of the 100m that a pod requests it is 5 % of the one core that a replica can use: give 10 to 90 %.',
    ],
  },
  {
    what: 'probes of a port that the gateway does not listen on',
    file: 'deployment.yaml',
    from: 'containerPort: 8080',
    to: 'containerPort: 8081',
    found: [
      ...['startupProbe', 'livenessProbe', 'readinessProbe'].map(
        (probe) =>
          `deployment.yaml: spec.template.spec.containers[0].${probe}.httpGet.port: it is 8081, and the gateway answers probes on its PORT, 8080.`,
      ),
      'deployment.yaml: spec.template.spec.containers[0].ports[0].containerPort: nothing listens there: PORT is 8080, METRICS_PORT 9464.',
      'network-policy.yaml: spec.ingress: no caller is let in to PORT, 8080: give a rule.',
    ],
  },
  {
    what: 'no limit of memory',
    file: 'deployment.yaml',
    from: /limits:\n +memory: 256Mi/,
    to: 'limits: {}',
    found: ['deployment.yaml: spec.template.spec.containers[0].resources.limits.memory: it is absent: say how much.'],
  },
  {
    what: 'less memory than it answers with',
    file: 'deployment.yaml',
    from: 'memory: 256Mi',
    to: 'memory: 96Mi',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].resources.limits.memory: with less than 128Mi it neither dies nor answers.',
      'deployment.yaml: spec.template.spec.containers[0].resources.requests.memory: it is more than the limit: no pod is made of it.',
    ],
  },
  {
    what: 'a namespace that takes any pod',
    file: 'namespace.yaml',
    from: 'enforce: restricted',
    to: 'enforce: baseline',
    found: [
      'namespace.yaml: metadata.labels["pod-security.kubernetes.io/enforce"]: it is "baseline": give "restricted".',
    ],
  },
  {
    what: 'another namespace',
    file: 'service.yaml',
    from: 'namespace: azure-graphql-gateway',
    to: 'namespace: default',
    found: ['service.yaml: metadata.namespace: there is no namespace "default" among these resources.'],
  },
  {
    what: 'a ConfigMap that is not there',
    file: 'deployment.yaml',
    from: 'name: gateway-settings',
    to: 'name: settings',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].envFrom[0].configMapRef.name: there is no ConfigMap "settings".',
      "deployment.yaml: spec.template.spec.containers[0].env: GOVERNOR_SHARE is absent, and each of up to 6 replicas would spend more of Azure's quotas than its part: give 0.16 or less.",
      'deployment.yaml: spec.template.spec.containers[0].env: CALLER_ISSUERS is absent: without it every caller is anonymous, and reads nothing.',
      'deployment.yaml: spec.template.spec.containers[0].env: CALLER_AUDIENCE is absent: without it every caller is anonymous, and reads nothing.',
    ],
  },
  {
    what: 'a patch of what is not there',
    file: 'kustomization.yaml',
    from: 'resources:\n',
    to: 'resources:\n  - ingress.yaml\n',
    found: ['kustomization.yaml: resources[0]: there is no ingress.yaml.'],
  },
  {
    what: 'a setting that the gateway does not read',
    file: 'settings.env',
    from: 'CALLER_AUDIENCE=',
    to: 'CALLER_AUDIENCES=',
    found: [
      'settings.env: data.CALLER_AUDIENCES: the gateway reads no CALLER_AUDIENCES: README.md has its settings.',
      'deployment.yaml: spec.template.spec.containers[0].env: CALLER_AUDIENCE is absent: without it every caller is anonymous, and reads nothing.',
      'settings.env: data.CALLER_ISSUERS: CALLER_ISSUERS and CALLER_AUDIENCE belong together: set both, or neither to know no callers.',
    ],
  },
  {
    what: 'a setting that is missing',
    file: 'deployment.yaml',
    from: '- name: ACCESS_POLICY\n              value: /etc/gateway/policy/policy.cedar\n            ',
    to: '',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env: ACCESS_POLICY is absent: give the mounted policy file.',
    ],
  },
  {
    what: 'a value that the gateway refuses',
    file: 'settings.env',
    from: 'AZURE_SUBSCRIPTION_ID=',
    to: 'AZURE_SUBSCRIPTION_ID=production',
    found: [
      'settings.env: data.AZURE_SUBSCRIPTION_ID: AZURE_SUBSCRIPTION_ID is "production": give a GUID such as 00000000-0000-0000-0000-000000000000.',
    ],
  },
  {
    what: 'an address that only its own pod reaches',
    file: 'deployment.yaml',
    from: '- name: HOST\n              value: 0.0.0.0\n            ',
    to: '',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env: HOST is absent: by default the gateway listens to its own machine alone: give 0.0.0.0.',
    ],
  },
  {
    what: 'a secret in the clear',
    file: 'deployment.yaml',
    from: 'valueFrom:\n                secretKeyRef:\n                  name: gateway-audit\n                  key: key',
    to: 'value: 0123456789abcdef0123456789abcdef',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[7].value: AUDIT_KEY is a secret, and everybody who sees this can read it.',
    ],
  },
  {
    what: 'replicas who each believe to be alone with the quotas',
    file: 'settings.env',
    from: 'GOVERNOR_SHARE=0.16',
    to: '',
    found: [
      "deployment.yaml: spec.template.spec.containers[0].env: GOVERNOR_SHARE is absent, and each of up to 6 replicas would spend more of Azure's quotas than its part: give 0.16 or less.",
    ],
  },
  {
    what: 'more replicas than the quotas are divided among',
    file: 'horizontal-pod-autoscaler.yaml',
    from: 'maxReplicas: 6',
    to: 'maxReplicas: 12',
    found: [
      "settings.env: data.GOVERNOR_SHARE: it is 0.16, and each of up to 12 replicas would spend more of Azure's quotas than its part: give 0.083 or less.",
    ],
  },
  {
    what: 'metrics on another port than the pod says',
    file: 'deployment.yaml',
    from: 'value: "9464"',
    to: 'value: "9465"',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].ports[1].containerPort: it is 9464, and the gateway serves metrics on METRICS_PORT, 9465.',
      'deployment.yaml: spec.template.metadata.annotations["prometheus.io/port"]: it is 9464, and the gateway serves metrics on METRICS_PORT, 9465.',
      'network-policy.yaml: spec.ingress: nobody is let in to METRICS_PORT, 9465: give a rule for the namespace monitoring.',
    ],
  },
  {
    what: 'a port that Prometheus is sent to in vain',
    file: 'deployment.yaml',
    from: 'prometheus.io/port: "9464"',
    to: 'prometheus.io/port: "8080"',
    found: [
      'deployment.yaml: spec.template.metadata.annotations["prometheus.io/port"]: it is 8080, and the gateway serves metrics on METRICS_PORT, 9464.',
    ],
  },
  {
    what: 'a path that Prometheus is sent to in vain',
    file: 'deployment.yaml',
    from: 'prometheus.io/path: /metrics',
    to: 'prometheus.io/path: /prometheus',
    found: ['deployment.yaml: spec.template.metadata.annotations["prometheus.io/path"]: give /metrics.'],
  },
  {
    what: 'a scrape of no metrics',
    file: 'deployment.yaml',
    from: 'value: "9464"',
    to: 'value: "0"',
    found: [
      'deployment.yaml: spec.template.metadata.annotations["prometheus.io/scrape"]: METRICS_PORT is 0: there are no metrics.',
    ],
  },
  {
    what: 'metrics that the network policy cannot name',
    file: 'deployment.yaml',
    from: '            - name: metrics\n              containerPort: 9464\n',
    to: '',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].ports: none is called metrics, of METRICS_PORT, 9464: the network policy names it.',
      'network-policy.yaml: spec.ingress[1].ports[0].port: the pods have no port "metrics".',
      'network-policy.yaml: spec.ingress: nobody is let in to METRICS_PORT, 9464: give a rule for the namespace monitoring.',
    ],
  },
  {
    what: 'a port of the metrics that the network policy has otherwise',
    file: 'network-policy.yaml',
    from: 'port: metrics',
    to: 'port: 9465',
    found: [
      'network-policy.yaml: spec.ingress[1].ports[0].port: the pods have no port "9465".',
      'network-policy.yaml: spec.ingress: nobody is let in to METRICS_PORT, 9464: give a rule for the namespace monitoring.',
    ],
  },
  {
    what: 'replicas that may all be on one node',
    file: 'deployment.yaml',
    from: / {6}topologySpreadConstraints:[\s\S]*?(?= {6}containers:)/,
    to: '',
    found: [
      'deployment.yaml: spec.template.spec.topologySpreadConstraints: it is absent: one node may have all replicas. Spread them over kubernetes.io/hostname.',
    ],
  },
  {
    what: 'rollouts that are outages',
    file: 'deployment.yaml',
    from: /type: RollingUpdate\n.*\n.*\n.*\n/,
    to: 'type: Recreate\n',
    found: [
      'deployment.yaml: spec.strategy.type: every rollout is an outage: give RollingUpdate, with maxUnavailable 0.',
    ],
  },
  ...['100%', '2'].map((lost) => ({
    what: `rollouts that may take all replicas (${lost})`,
    file: 'deployment.yaml',
    from: 'maxUnavailable: 0',
    to: `maxUnavailable: ${lost}`,
    found: ['deployment.yaml: spec.strategy.rollingUpdate.maxUnavailable: all 2 replicas may go at once: give 0.'],
  })),
  {
    what: 'names over UDP alone',
    file: 'network-policy.yaml',
    from: '        - port: 53\n          protocol: TCP\n',
    to: '',
    found: [
      'network-policy.yaml: spec.egress[0].ports: no NetworkPolicy lets it ask for names over TCP: give 53 of UDP and of TCP.',
    ],
  },
  {
    what: 'names over TCP alone, twice',
    file: 'network-policy.yaml',
    from: 'protocol: UDP',
    to: 'protocol: TCP',
    found: [
      'network-policy.yaml: spec.egress[0].ports: no NetworkPolicy lets it ask for names over UDP: give 53 of UDP and of TCP.',
    ],
  },
  {
    what: 'no names at all',
    file: 'network-policy.yaml',
    from: /- port: 53\n.*\n +- port: 53\n.*\n/,
    to: '- port: 443\n',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it ask for names over UDP and TCP: give 53 of UDP and of TCP.',
    ],
  },
  {
    what: "a name that OpenTelemetry's SDK does not read",
    file: 'settings.env',
    from: /$/,
    to: '\nOTEL_EXPORTER_OTLP_ENDPIONT=https://collector.example\n',
    found: [
      'settings.env: data.OTEL_EXPORTER_OTLP_ENDPIONT: the gateway reads no OTEL_EXPORTER_OTLP_ENDPIONT: README.md has its settings.',
    ],
  },
  ...['--inspect=0.0.0.0:9229', '--max-old-space-size=128 --require=/tmp/x.js'].map((options) => ({
    what: `Node in another way (${options})`,
    file: 'settings.env',
    from: /$/,
    to: `\nNODE_OPTIONS=${options}\n`,
    found: [
      `settings.env: data.NODE_OPTIONS: "${options.split(' ').at(-1)}" is no option for production: give sizes, CAs or DNS order.`,
    ],
  })),
  {
    what: 'a proxy that is asked for the identity',
    file: 'deployment.yaml',
    from: /- name: NO_PROXY\n +value: 169.254.169.254/,
    to: '- name: HTTPS_PROXY\n              value: https://proxy.contoso.example:443',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env: NO_PROXY is absent: a proxy that is set beside it, as a cluster may, would be asked for the identity: give 169.254.169.254.',
    ],
  },
  {
    what: 'a NO_PROXY without the identity endpoint',
    file: 'deployment.yaml',
    from: 'value: 169.254.169.254',
    to: 'value: .vault.azure.net,169.254.169.2540',
    found: [
      'deployment.yaml: spec.template.spec.containers[0].env[8].value: 169.254.169.254 is not in it: the identity endpoint would be asked by the proxy.',
    ],
  },
];
