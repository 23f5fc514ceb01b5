import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { demand } from './demand.ts';
import { environmentOf } from './settings.ts';
import type { Workload, World } from './world.ts';

const CLIENT_ID = 'azure.workload.identity/client-id';
const USE = 'azure.workload.identity/use';
const BINDING = 'aadpodidbinding';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const USER_ASSIGNED = 0;

/** Whether what the pods ask with is what the cluster gives them: workload identity by label and service account, pod identity by its binding. */
export function checkIdentity(world: World): Finding[] {
  return [
    ...world.workloads.flatMap((workload) =>
      workload.containers.flatMap((container) => checkCredential(container, workload, world)),
    ),
    ...world.ofKind('AzureIdentity').flatMap((identity) => checkPodIdentity(identity, world)),
    ...world.ofKind('AzureIdentityBinding').flatMap((binding) => checkBinding(binding, world)),
  ];
}

function checkCredential(container: Place, workload: Workload, world: World): Finding[] {
  const credential = environmentOf(container, workload, world).get('AZURE_CREDENTIAL');
  const labels = workload.template.at('metadata', 'labels');
  if (credential?.value === 'workload-identity') return checkWorkloadIdentity(labels, workload, world);
  if (credential?.value !== 'managed-identity') return [];
  const isBound = labels.at(BINDING).has();
  return [
    ...(labels.at(USE).value === 'true'
      ? [credential.place.wrong(`the pods have workload identity (${USE}): give workload-identity.`)]
      : []),
    ...(isBound || labels.at(USE).value === 'true'
      ? []
      : [credential.place.wrong(`it would be the node's, which every pod of it may use: give workload-identity.`)]),
  ];
}

function checkWorkloadIdentity(labels: Place, { pod, deployment }: Workload, world: World): Finding[] {
  const account = world.find('ServiceAccount', pod.at('serviceAccountName').text(), deployment);
  const clientId = account?.at('metadata', 'annotations', CLIENT_ID);
  const binding = labels.at(BINDING);
  return [
    ...demand(labels.at(USE), 'true'),
    ...(clientId && !GUID.test(clientId.text() ?? '') ? [clientId.wrong('give the client id of the identity.')] : []),
    ...(binding.has() ? [binding.wrong('AZURE_CREDENTIAL is workload-identity: take it away.')] : []),
  ];
}

// Of these kinds no description says what they must have.
function checkPodIdentity(identity: Place, world: World): Finding[] {
  const [type, resource, client] = ['type', 'resourceID', 'clientID'].map((name) => identity.at('spec', name));
  const asked = world.workloads.flatMap((workload) =>
    workload.containers.flatMap((one) => environmentOf(one, workload, world).get('AZURE_CLIENT_ID')?.value ?? []),
  );
  return [
    ...(type?.value === USER_ASSIGNED ? [] : [type?.wrong(`give ${USER_ASSIGNED}, a user-assigned managed identity.`)]),
    ...(/\/userAssignedIdentities\/[^/]+$/i.test(resource?.text() ?? '')
      ? []
      : [resource?.wrong('give the resource id of a user-assigned identity.')]),
    ...(asked.every((id) => id === client?.value)
      ? []
      : [client?.wrong(`the pods ask for another, AZURE_CLIENT_ID ${asked.join(', ')}.`)]),
  ].filter((finding) => finding !== undefined);
}

function checkBinding(binding: Place, world: World): Finding[] {
  const identity = binding.at('spec', 'azureIdentity');
  const selector = binding.at('spec', 'selector');
  const isBound = world.workloads.some(({ labels }) => labels.get(BINDING) === selector.text());
  return [
    ...(world.find('AzureIdentity', identity.text(), binding)
      ? []
      : [identity.wrong(`there is no AzureIdentity "${identity.text()}".`)]),
    ...(isBound ? [] : [selector.wrong(`no pod has the label ${BINDING}: ${selector.text()}.`)]),
  ];
}
