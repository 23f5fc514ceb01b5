#!/bin/sh
# Writes an overlay of deploy/aks/base with an operator's own values into a folder beside base/:
#
#   sh deploy/aks/overlay.sh deploy/aks/mine
#
# Reads IMAGE (name:tag or name@sha256:...), AZURE_CLIENT_ID, AZURE_TENANT_ID, AZURE_SUBSCRIPTION_ID, KEYVAULT_VAULT_NAME
# and CALLER_AUDIENCE. What it writes is yours to edit and to keep; it overwrites nothing.
set -eu

folder=${1:?give the folder to write, beside base/, such as deploy/aks/mine}
: "${IMAGE:?}" "${AZURE_CLIENT_ID:?}" "${AZURE_TENANT_ID:?}" "${AZURE_SUBSCRIPTION_ID:?}" "${KEYVAULT_VAULT_NAME:?}" "${CALLER_AUDIENCE:?}"
# The replicas share Azure's quotas: the base's part of them goes with its autoscaler.
share=$(grep '^GOVERNOR_SHARE=' "$(dirname "$0")/base/settings.env")
vault=$(printf %s "$KEYVAULT_VAULT_NAME" | tr '[:upper:]' '[:lower:]')

# A colon before the last slash is the registry's port.
case ${IMAGE##*/} in
  *:latest) echo "IMAGE is \"$IMAGE\": latest is another build each time, give a version or a digest." >&2; exit 2 ;;
  *@sha256:*) name=${IMAGE%%@*} pin="digest: ${IMAGE#*@}" ;;
  *:?*) name=${IMAGE%:*} pin="newTag: \"${IMAGE##*:}\"" ;;
  *) echo "IMAGE is \"$IMAGE\": give it with its tag or digest, such as ghcr.io/owner/azure-graphql-gateway:0.1.0." >&2; exit 2 ;;
esac
case $name in
  *[[:upper:]]*) echo "IMAGE is \"$IMAGE\": registry and name are in lower case." >&2; exit 2 ;;
esac
if [ -e "$folder" ]; then
  echo "$folder is there: edit it, or name another folder." >&2
  exit 2
fi
mkdir -p "$folder"

cat >"$folder/kustomization.yaml" <<END
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

resources:
  - ../base

# For https in the cluster, once the secret gateway-tls is there:
# components:
#   - ../tls

images:
  - name: ghcr.io/owner/azure-graphql-gateway
    newName: $name
    $pin

patches:
  - path: service-account.yaml

configMapGenerator:
  - name: gateway-settings
    namespace: azure-graphql-gateway
    behavior: replace
    envs: [settings.env]
  - name: gateway-policy
    namespace: azure-graphql-gateway
    behavior: replace
    files: [policy.cedar]
    options:
      disableNameSuffixHash: true
END

cat >"$folder/service-account.yaml" <<END
apiVersion: v1
kind: ServiceAccount
metadata:
  name: azure-graphql-gateway
  namespace: azure-graphql-gateway
  annotations:
    azure.workload.identity/client-id: $AZURE_CLIENT_ID
END

cat >"$folder/settings.env" <<END
AZURE_SUBSCRIPTION_ID=$AZURE_SUBSCRIPTION_ID
KEYVAULT_VAULT_NAME=$KEYVAULT_VAULT_NAME
CALLER_ISSUERS=https://login.microsoftonline.com/$AZURE_TENANT_ID/v2.0
CALLER_AUDIENCE=$CALLER_AUDIENCE
# 1 / maxReplicas of the autoscaler: where you change the one, change the other.
$share
END

cat >"$folder/policy.cedar" <<END
@id("estate-reader")
permit (principal in Role::"Estate.Reader", action == Action::"readEstate", resource);

@id("secret-reader")
permit (
  principal in Role::"Secret.Reader",
  action in [Action::"readSecretProperties", Action::"readSecretValue"],
  resource in Vault::"$vault"
);
END

echo "$folder is written."
