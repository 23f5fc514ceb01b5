import type { Defect } from './seeded.ts';

/** What somebody may get wrong of who reaches whom in deploy/aks/base. */
export const NETWORK_DEFECTS: readonly Defect[] = [
  {
    what: 'no way out to Azure',
    file: 'network-policy.yaml',
    from: / {4}- to:\n {8}- ipBlock:\n {12}cidr: 0.0.0.0\/0\n {8}- ipBlock:\n {12}cidr: ::\/0\n {6}ports:\n {8}- port: 443\n/,
    to: '',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
    ],
  },
  {
    what: 'a way out to private addresses alone',
    file: 'network-policy.yaml',
    from: / {8}- ipBlock:\n {12}cidr: 0.0.0.0\/0\n {8}- ipBlock:\n {12}cidr: ::\/0\n/,
    to: '        - ipBlock:\n            cidr: 10.0.0.0/8\n',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
    ],
  },
  {
    what: 'a way out to nowhere',
    file: 'network-policy.yaml',
    from: /(cidr: 0.0.0.0\/0\n) {8}- ipBlock:\n {12}cidr: ::\/0\n/,
    to: '$1            except: [0.0.0.0/1, 128.0.0.0/1]\n',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
    ],
  },
  {
    what: 'a way out of another protocol',
    file: 'network-policy.yaml',
    from: /- port: 443\n$/,
    to: '- port: 443\n          protocol: UDP\n',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
    ],
  },
  {
    what: 'a way out on every port',
    file: 'network-policy.yaml',
    from: / {6}ports:\n {8}- port: 443\n$/,
    to: '',
    found: [
      'network-policy.yaml: spec.egress: no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
      'network-policy.yaml: spec.egress[2].ports: it is absent: every port is reached.',
    ],
  },
  {
    what: 'a way out to everything',
    file: 'network-policy.yaml',
    from: 'egress:\n',
    to: 'egress:\n    - {}\n',
    found: ['network-policy.yaml: spec.egress[0].ports: it is absent: every port is reached.'],
  },
  ...[
    'namespaceSelector: {}',
    'namespaceSelector: { matchLabels: {} }',
    'namespaceSelector: { matchLabels: {}, matchExpressions: [] }',
    'namespaceSelector: {}\n          podSelector: { matchLabels: {} }',
    'namespaceSelector: { matchExpressions: [{ key: tier, operator: DoesNotExist }] }',
    'namespaceSelector: { matchExpressions: [{ key: tier, operator: NotIn, values: [batch] }] }',
    'namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: Exists }] }',
  ].map((selectors) => ({
    what: `callers of every namespace, by ${selectors.replace(/\s+/g, ' ')}`,
    file: 'network-policy.yaml',
    from: /namespaceSelector:\n +matchLabels:\n +azure-graphql-gateway\/callers: allowed/,
    to: selectors,
    found: [
      'network-policy.yaml: spec.ingress[0].from[0]: everybody is let in: name the namespaces, or the addresses.',
    ],
  })),
  {
    what: 'callers of every address',
    file: 'network-policy.yaml',
    from: '- namespaceSelector:\n            matchLabels:\n              azure-graphql-gateway/callers: allowed',
    to: '- ipBlock:\n            cidr: 0.0.0.0/0',
    found: [
      'network-policy.yaml: spec.ingress[0].from[0]: everybody is let in: name the namespaces, or the addresses.',
    ],
  },
  {
    what: 'no callers',
    file: 'network-policy.yaml',
    from: / {4}- from:\n {8}- namespaceSelector:\n {12}matchLabels:\n {14}azure-graphql-gateway\/callers: allowed\n {6}ports:\n {8}- port: http\n/,
    to: '',
    found: ['network-policy.yaml: spec.ingress: no caller is let in to PORT, 8080: give a rule.'],
  },
  {
    what: 'no bounds of the ways out',
    file: 'network-policy.yaml',
    from: 'policyTypes: [Ingress, Egress]',
    to: 'policyTypes: [Ingress]',
    found: ['deployment.yaml: metadata.name: no NetworkPolicy bounds its Egress.'],
  },
  {
    what: 'no Service',
    file: 'kustomization.yaml',
    from: '  - service.yaml\n',
    to: '',
    found: ['deployment.yaml: metadata.name: no Service leads to its pods.'],
  },
  {
    what: "a service's port that nobody listens on",
    file: 'service.yaml',
    from: 'targetPort: http',
    to: 'targetPort: 8081',
    found: ['service.yaml: spec.ports[0].targetPort: the pods have no port "8081".'],
  },
  {
    what: 'addresses of the internet',
    file: 'service.yaml',
    from: 'type: ClusterIP',
    to: 'type: ClusterIP\n  externalIPs: [20.1.2.3]',
    found: ['service.yaml: spec.externalIPs: it is in the clear outside the cluster: take them away.'],
  },
  {
    what: 'callers of pods that go',
    file: 'service.yaml',
    from: 'type: ClusterIP',
    to: 'type: ClusterIP\n  publishNotReadyAddresses: true',
    found: ['service.yaml: spec.publishNotReadyAddresses: pods that go would be sent what they refuse: take it away.'],
  },
  {
    what: 'HTTP over UDP',
    file: 'service.yaml',
    from: 'port: 8080',
    to: 'port: 8080\n      protocol: UDP',
    found: ['service.yaml: spec.ports[0].protocol: the gateway speaks HTTP: give TCP.'],
  },
  {
    what: 'metrics beside the answers',
    file: 'service.yaml',
    from: /$/,
    to: '    - name: metrics\n      port: 9464\n      targetPort: 9464\n',
    found: ["service.yaml: spec.ports[1]: the metrics are not for callers: scrape the pods' own port."],
  },
  {
    what: 'callers of half of all addresses',
    file: 'network-policy.yaml',
    from: /namespaceSelector:\n +matchLabels:\n +azure-graphql-gateway\/callers: allowed/,
    to: 'ipBlock: { cidr: 128.0.0.0/1 }',
    found: [
      'network-policy.yaml: spec.ingress[0].from[0]: everybody is let in: name the namespaces, or the addresses.',
    ],
  },
  {
    what: 'callers of a node that has no pod',
    file: 'service.yaml',
    from: 'type: ClusterIP',
    to: 'type: ClusterIP\n  internalTrafficPolicy: Local',
    found: [
      'service.yaml: spec.internalTrafficPolicy: callers on a node without a pod of it would reach nobody: take it away.',
    ],
  },
  {
    what: 'name servers that it is not let out to',
    file: 'deployment.yaml',
    from: 'enableServiceLinks: false',
    to: 'enableServiceLinks: false\n      dnsPolicy: None\n      dnsConfig: { nameservers: [8.8.8.8] }',
    found: [
      "deployment.yaml: spec.template.spec.dnsPolicy: names are the cluster's to answer: leave it out, and it is ClusterFirst.",
      "deployment.yaml: spec.template.spec.dnsConfig.nameservers: names are the cluster's to answer: take them away.",
    ],
  },
  {
    what: "an address of Azure's by hand",
    file: 'deployment.yaml',
    from: 'enableServiceLinks: false',
    to: 'enableServiceLinks: false\n      hostAliases: [{ ip: 20.190.128.1, hostnames: [login.microsoftonline.com] }]',
    found: [
      "deployment.yaml: spec.template.spec.hostAliases: Azure's addresses change: take them away, and leave names to the cluster.",
    ],
  },
];
