// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of the files that are checked.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFolder } from '../deploy/check/check.ts';
import { CONTAINER_DEFECTS } from './support/container-defects.ts';
import { type Defect, foundIn } from './support/seeded.ts';

const DEFECTS: readonly Defect[] = [
  {
    what: 'a property that a container group does not have',
    file: 'virtual-network.yaml',
    from: 'restartPolicy: Always',
    to: 'restartpolicy: Always',
    found: [
      'virtual-network.yaml: properties.restartpolicy: a ContainerGroup has no "restartpolicy": "restartPolicy"?.',
      'virtual-network.yaml: properties.restartPolicy: give Always: else what exits stays down.',
    ],
  },
  {
    what: 'a number where Azure wants a text',
    file: 'virtual-network.yaml',
    from: 'value: "8443"',
    to: 'value: 8443',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[1].value: it is a number: give a string in quotes.',
    ],
  },
  {
    what: 'a text where Azure wants a number',
    file: 'virtual-network.yaml',
    from: 'cpu: 1',
    to: 'cpu: one',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.resources.requests.cpu: it is a string: give a number.',
    ],
  },
  {
    what: 'a required property that is missing',
    file: 'virtual-network.yaml',
    from: '  osType: Linux\n',
    to: '',
    found: ['virtual-network.yaml: properties.osType: it is required.'],
  },
  {
    what: 'a value that there is not',
    file: 'virtual-network.yaml',
    from: 'scheme: https',
    to: 'scheme: HTTPS',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe.httpGet.scheme: "HTTPS" is none of http, https.',
      'virtual-network.yaml: properties.containers[0].properties.livenessProbe.httpGet.scheme: the gateway speaks https.',
    ],
  },
  {
    what: 'a protocol that there is not',
    file: 'virtual-network.yaml',
    from: 'protocol: TCP',
    to: 'protocol: HTTP',
    found: ['virtual-network.yaml: properties.ipAddress.ports[0].protocol: "HTTP" is none of TCP, UDP.'],
  },
  {
    what: 'a private address of no subnet',
    file: 'virtual-network.yaml',
    from: '    - id: ${SUBNET_ID}\n',
    to: '',
    found: ['virtual-network.yaml: properties.subnetIds: a private address is one of a subnet: give its id.'],
  },
  {
    what: 'http on the internet',
    file: 'public-tls.yaml',
    from: '          - name: TLS_CERT_FILE\n            value: /etc/gateway/tls.crt\n          - name: TLS_KEY_FILE\n            value: /etc/gateway/tls.key\n',
    to: '',
    found: [
      'public-tls.yaml: properties.ipAddress.type: a public address with http: set TLS_CERT_FILE and TLS_KEY_FILE, or give Private.',
      'public-tls.yaml: properties.containers[0].properties.livenessProbe.httpGet.scheme: the gateway speaks http.',
      'public-tls.yaml: properties.containers[0].properties.readinessProbe.httpGet.scheme: the gateway speaks http.',
    ],
  },
  {
    what: 'metrics on the internet',
    file: 'public-tls.yaml',
    from: 'value: "0"',
    to: 'value: "8443"',
    found: [
      'public-tls.yaml: properties.containers[0].properties.environmentVariables[1].value: PORT and METRICS_PORT are both 8443: callers may not reach the metrics, so give each its own.',
      'public-tls.yaml: properties.containers[0].properties.environmentVariables[2].value: the metrics are not for the internet: give 0.',
    ],
  },
  {
    what: 'a probe that asks for what is not there',
    file: 'virtual-network.yaml',
    from: 'path: /ready',
    to: 'path: /',
    found: ['virtual-network.yaml: properties.containers[0].properties.readinessProbe.httpGet.path: ask /ready.'],
  },
  {
    what: 'a port that no container has',
    file: 'virtual-network.yaml',
    from: '      - port: 8443',
    to: '      - port: 443',
    found: [
      'virtual-network.yaml: properties.ipAddress.ports[0].port: no container has the port 443.',
      'virtual-network.yaml: properties.ipAddress.ports: PORT, 8443, is not among them: no caller reaches it.',
    ],
  },
  {
    what: 'a file that is in no volume',
    file: 'virtual-network.yaml',
    from: '        policy.cedar: ${POLICY_BASE64}\n',
    to: '',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[5].value: no volume of the container has the file /etc/gateway/policy.cedar.',
    ],
  },
  {
    what: 'a mount of no volume',
    file: 'virtual-network.yaml',
    from: '- name: files\n            mountPath',
    to: '- name: file\n            mountPath',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.volumeMounts[0].name: the group has no volume "file".',
      'virtual-network.yaml: properties.volumes[0].name: no container mounts this volume.',
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[3].value: no volume of the container has the file /etc/gateway/tls.crt.',
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[4].value: no volume of the container has the file /etc/gateway/tls.key.',
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[5].value: no volume of the container has the file /etc/gateway/policy.cedar.',
    ],
  },
  {
    what: 'a key of the audit that everybody reads',
    file: 'virtual-network.yaml',
    from: 'secureValue: ${AUDIT_KEY}',
    to: 'value: ${AUDIT_KEY}',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[13].value: AUDIT_KEY is a secret, and everybody who sees this can read it.',
    ],
  },
  {
    what: 'no identity',
    file: 'virtual-network.yaml',
    from: 'type: UserAssigned',
    to: 'type: SystemAssigned',
    found: [
      'virtual-network.yaml: identity.type: the gateway has an identity of its own: give UserAssigned, with its resource id.',
    ],
  },
  {
    what: 'a setting that the gateway does not read',
    file: 'virtual-network.yaml',
    from: 'name: AZURE_CLIENT_ID',
    to: 'name: CLIENT_ID',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[7].value: the gateway reads no CLIENT_ID: README.md has its settings.',
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[6].value: AZURE_CLIENT_ID is absent: name the identity that was made for the gateway.',
    ],
  },
  {
    what: 'a value that the gateway refuses',
    file: 'virtual-network.yaml',
    from: 'value: managed-identity',
    to: 'value: msi',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables[6].value: AZURE_CREDENTIAL is "msi": give one of managed-identity, workload-identity, developer (default managed-identity).',
    ],
  },
  {
    what: 'a place that no script fills',
    file: 'virtual-network.yaml',
    from: '${LOCATION}',
    to: '${REGION}',
    found: ['virtual-network.yaml: location: no script fills ${REGION}.'],
  },
  {
    what: 'an image that may be any',
    file: 'virtual-network.yaml',
    from: 'image: ${IMAGE}',
    to: 'image: ghcr.io/owner/azure-graphql-gateway',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.image: "ghcr.io/owner/azure-graphql-gateway" is not one build: give registry/name with a tag other than latest, or a digest.',
    ],
  },
  {
    what: 'an image of the latest build',
    file: 'virtual-network.yaml',
    from: 'image: ${IMAGE}',
    to: 'image: ghcr.io/owner/azure-graphql-gateway:latest',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.image: "ghcr.io/owner/azure-graphql-gateway:latest" is not one build: give registry/name with a tag other than latest, or a digest.',
    ],
  },
  {
    what: 'an image with capitals in its name',
    file: 'virtual-network.yaml',
    from: 'image: ${IMAGE}',
    to: 'image: ghcr.io/OWNER/azure-graphql-gateway:0.1.0',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.image: "ghcr.io/OWNER/azure-graphql-gateway:0.1.0" is no image: registry and name are in lower case.',
    ],
  },
  {
    what: 'a key said twice',
    file: 'virtual-network.yaml',
    from: '  sku: Standard',
    to: '  osType: Linux',
    found: ['virtual-network.yaml: Map keys must be unique at line 13, column 3.'],
  },
  {
    what: 'a setting that the walk does not give',
    file: 'create.sh',
    from: 'ACCESS_POLICY=/etc/gateway/policy.cedar',
    to: '',
    found: ['create.sh: line N: --environment-variables: ACCESS_POLICY is absent: give the mounted policy file.'],
  },
  {
    what: 'a setting of the walk that the gateway does not read',
    file: 'create.sh',
    from: 'METRICS_PORT=',
    to: 'METRIC_PORT=',
    found: [
      'create.sh: line N: METRIC_PORT: the gateway reads no METRIC_PORT: README.md has its settings.',
      'create.sh: line N: --environment-variables: METRICS_PORT is absent: give 9464, or 0 for none.',
    ],
  },
  {
    what: 'a key of the audit that the walk shows',
    file: 'create.sh',
    from: '--secure-environment-variables AUDIT_KEY',
    to: 'AUDIT_KEY',
    found: ['create.sh: line N: AUDIT_KEY: AUDIT_KEY is a secret, and everybody who sees this can read it.'],
  },
  ...['virtual-network.yaml', 'public-tls.yaml'].map((file) => ({
    what: `less memory than it serves in (${file})`,
    file,
    from: 'memoryInGB: 0.5',
    to: 'memoryInGB: 0.1',
    found: [
      `${file}: properties.containers[0].properties.resources.requests.memoryInGB: with less than 0.2 it is killed under load: give 0.5.`,
    ],
  })),
  {
    what: 'a walk with less memory than it serves in',
    file: 'create.sh',
    from: '--memory 0.5',
    to: '--memory 0.1',
    found: ['create.sh: line N: --memory: with less than 0.2 it is killed under load: give 0.5.'],
  },
  {
    what: 'an option that the command does not have, in place of one that it needs',
    file: 'create.sh',
    from: '--memory 0.5',
    to: '--memry 0.5',
    found: [
      'create.sh: line N: --memry: az container create has no such option.',
      'create.sh: line N: --memory: it is required.',
    ],
  },
  {
    what: 'a walk that does not say its share of a processor',
    file: 'create.sh',
    from: '--cpu 1 ',
    to: '',
    found: ['create.sh: line N: --cpu: it is required.'],
  },
  {
    what: 'a certificate that is named and not given, on the internet',
    file: 'public-tls.yaml',
    from: /value: \/etc\/gateway\/tls.crt([\s\S]*?)value: \/etc\/gateway\/tls.key/,
    to: "value: ''$1value: ''",
    found: [
      'public-tls.yaml: properties.ipAddress.type: a public address with http: set TLS_CERT_FILE and TLS_KEY_FILE, or give Private.',
      'public-tls.yaml: properties.containers[0].properties.livenessProbe.httpGet.scheme: the gateway speaks http.',
      'public-tls.yaml: properties.containers[0].properties.readinessProbe.httpGet.scheme: the gateway speaks http.',
    ],
  },
  {
    what: 'a walk to http on the internet',
    file: 'create.sh',
    from: 'TLS_CERT_FILE=/etc/gateway/tls.crt TLS_KEY_FILE=/etc/gateway/tls.key ',
    to: '',
    found: [
      'create.sh: line N: --ip-address: a public address with http: set TLS_CERT_FILE and TLS_KEY_FILE, or give Private.',
    ],
  },
  {
    what: 'a proxy that is asked for the identity',
    file: 'virtual-network.yaml',
    from: 'name: NO_PROXY\n            value: 169.254.169.254',
    to: 'name: HTTPS_PROXY\n            value: http://proxy.contoso.example:3128',
    found: [
      'virtual-network.yaml: properties.containers[0].properties.environmentVariables: NO_PROXY is absent: a proxy that is set beside it, as a cluster may, would be asked for the identity: give 169.254.169.254.',
    ],
  },
];

describe("the check of the container group's files and walk", () => {
  for (const defect of [...DEFECTS, ...CONTAINER_DEFECTS]) {
    it(`names ${defect.what}`, async () => {
      assert.deepEqual(await foundIn('deploy/aci', defect, checkFolder), defect.found);
    });
  }
});
