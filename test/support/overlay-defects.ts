import type { Defect } from './seeded.ts';

/** What somebody may get wrong in what is put on deploy/aks/base: pod identity, TLS. */
export const OVERLAY_DEFECTS: readonly Defect[] = [
  {
    what: 'no way to the identity endpoint',
    file: 'base/network-policy.yaml',
    from: / {4}- to:\n {8}- ipBlock:\n {12}cidr: 169.254.169.254\/32\n {6}ports:\n {8}- port: 80\n/,
    to: '',
    found: [
      'base/network-policy.yaml: spec.egress: no NetworkPolicy lets it ask for its identity: give 80, to 169.254.169.254/32.',
    ],
  },
  {
    what: 'workload identity where pod identity is',
    file: 'pod-identity/deployment.yaml',
    from: 'value: managed-identity',
    to: 'value: workload-identity',
    found: [
      'base/deployment.yaml, patched by pod-identity/deployment.yaml: spec.template.spec.containers[0].env[0].value: AZURE_CREDENTIAL is workload-identity, and AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE is not set. On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
      'base/deployment.yaml, patched by pod-identity/deployment.yaml: spec.template.metadata.labels["azure.workload.identity/use"]: it is absent: give "true".',
      'base/deployment.yaml, patched by pod-identity/deployment.yaml: spec.template.metadata.labels.aadpodidbinding: AZURE_CREDENTIAL is workload-identity: take it away.',
      'base/deployment.yaml, patched by pod-identity/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.containers[0].env[2].value: AZURE_CREDENTIAL is workload-identity, and AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE is not set. On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
    ],
  },
  {
    what: 'workload identity beside pod identity',
    file: 'pod-identity/deployment.yaml',
    from: '        azure.workload.identity/use: null\n',
    to: '',
    found: [
      'base/deployment.yaml, patched by pod-identity/deployment.yaml: spec.template.spec.containers[0].env[0].value: the pods have workload identity (azure.workload.identity/use): give workload-identity.',
      'base/deployment.yaml, patched by pod-identity/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.containers[0].env[2].value: the pods have workload identity (azure.workload.identity/use): give workload-identity.',
    ],
  },
  {
    what: 'an identity that nobody names',
    file: 'pod-identity/deployment.yaml',
    from: / {12}- name: AZURE_CLIENT_ID\n.*\n/,
    to: '',
    found: [
      'base/deployment.yaml, patched by pod-identity/deployment.yaml: spec.template.spec.containers[0].env[0].value: AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.',
      'base/deployment.yaml, patched by pod-identity/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.containers[0].env[2].value: AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.',
    ],
  },
  {
    what: 'another identity than the pods ask for',
    file: 'pod-identity/azure-identity.yaml',
    from: 'clientID: 0',
    to: 'clientID: 1',
    found: [
      'pod-identity/azure-identity.yaml: spec.clientID: the pods ask for another, AZURE_CLIENT_ID 00000000-0000-0000-0000-000000000000.',
    ],
  },
  {
    what: 'an identity of a service principal',
    file: 'pod-identity/azure-identity.yaml',
    from: 'type: 0',
    to: 'type: 1',
    found: ['pod-identity/azure-identity.yaml: spec.type: give 0, a user-assigned managed identity.'],
  },
  {
    what: 'an identity of no resource',
    file: 'pod-identity/azure-identity.yaml',
    from: / {2}resourceID: .*\n/,
    to: '',
    found: ['pod-identity/azure-identity.yaml: spec.resourceID: give the resource id of a user-assigned identity.'],
  },
  {
    what: 'a port that NMI has not',
    file: 'pod-identity/network-policy-nmi.yaml',
    from: 'port: 2579',
    to: 'port: 2580',
    found: [
      'pod-identity/network-policy-nmi.yaml: spec.egress[0].ports[0].port: the gateway needs DNS (53), 169.254.169.254/32 (80) and 443, not 2580.',
    ],
  },
  {
    what: 'a probe in the clear of what speaks https',
    file: 'tls/deployment.yaml',
    from: 'scheme: HTTPS',
    to: 'scheme: HTTP',
    found: [
      'base/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.containers[0].startupProbe.httpGet.scheme: with TLS_CERT_FILE the gateway speaks https.',
    ],
  },
  {
    what: 'a key of the certificate that is nowhere',
    file: 'tls/deployment.yaml',
    from: 'value: /etc/gateway/tls/tls.key',
    to: 'value: /etc/gateway/tls/server.key',
    found: [
      'base/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.containers[0].env[1].value: the Secret gateway-tls has no "server.key".',
    ],
  },
  {
    what: 'a certificate that nobody makes',
    file: 'tls/deployment.yaml',
    from: 'secretName: gateway-tls',
    to: 'secretName: other-tls',
    found: [
      'base/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.volumes[0].secret.secretName: nobody makes the Secret "other-tls": an operator makes gateway-audit and gateway-tls.',
    ],
  },
  ...['defaultMode: 0777', 'defaultMode: 511', 'optional: false'].map((mode) => ({
    what: `a key of the certificate for everybody (${mode})`,
    file: 'tls/deployment.yaml',
    from: 'defaultMode: 288',
    to: mode,
    found: [
      "base/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.volumes[0].secret.defaultMode: a secret is for the gateway's group to read, and nobody else: give 288 (octal 440).",
    ],
  })),
  {
    what: 'a certificate in the place of its key',
    file: 'tls/deployment.yaml',
    from: 'value: /etc/gateway/tls/tls.key',
    to: 'value: /etc/gateway/tls/tls.crt',
    found: [
      'base/deployment.yaml, patched by tls/deployment.yaml: spec.template.spec.containers[0].env[1].value: it is the certificate: give its key.',
    ],
  },
  {
    what: 'a patch that is not there',
    file: 'pod-identity/kustomization.yaml',
    from: 'path: deployment.yaml',
    to: 'path: deploymnet.yaml',
    found: [
      'pod-identity/kustomization.yaml: patches[0].path: there is no deploymnet.yaml.',
      'pod-identity/azure-identity.yaml: spec.selector: no pod has the label aadpodidbinding: azure-graphql-gateway.',
      'pod-identity/network-policy-nmi.yaml: spec.egress[0].ports[0].port: the gateway needs DNS (53), 169.254.169.254/32 (80) and 443, not 2579.',
    ],
  },
  {
    what: 'a component that is not there',
    file: 'pod-identity/kustomization.yaml',
    from: 'patches:',
    to: 'components:\n  - ../tsl\n\npatches:',
    found: ['pod-identity/kustomization.yaml: components[0]: there is no ../tsl.'],
  },
  ...['patch: "[]"', 'target: { kind: Deployment }'].map((field) => ({
    what: `a patch of a kind that this check does not make (${field})`,
    file: 'pod-identity/kustomization.yaml',
    from: '- path: deployment.yaml',
    to: `- path: deployment.yaml\n    ${field}`,
    found: [
      `pod-identity/kustomization.yaml: patches[0].${field.split(':')[0]}: this check does not know it: use another way, or teach it.`,
    ],
  })),
  {
    what: 'settings that this check does not read',
    file: 'base/kustomization.yaml',
    from: 'envs: [settings.env]',
    to: 'envs: [settings.env]\n    literals: [LOG_LEVEL=silent]',
    found: [
      'base/kustomization.yaml: configMapGenerator[0].literals: this check does not know it: use another way, or teach it.',
    ],
  },
];
