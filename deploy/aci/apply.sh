#!/bin/sh
# The gateway on Azure Container Instances from one of the files beside this script, with probes:
#
#   sh deploy/aci/apply.sh private     virtual-network.yaml
#   sh deploy/aci/apply.sh public      public-tls.yaml
#
# Reads what deploy/aci/create.sh reads; for private SUBNET_ID in place of VNET_NAME. Again with other values it replaces the
# group.
set -eu

here=$(dirname "$0")
case ${1:-} in
  private) template=$here/virtual-network.yaml && : "${SUBNET_ID:?a subnet delegated to Microsoft.ContainerInstance/containerGroups}" ;;
  public) template=$here/public-tls.yaml && : "${DNS_LABEL:?the name before .<location>.azurecontainer.io}" ;;
  *) echo "Give private or public." >&2; exit 2 ;;
esac
: "${RESOURCE_GROUP:?}" "${LOCATION:?}" "${GROUP_NAME:?}" "${IMAGE:?}" "${IDENTITY_NAME:?}" "${AZURE_SUBSCRIPTION_ID:?}"
: "${KEYVAULT_VAULT_NAME:?}" "${CALLER_AUDIENCE:?}" "${AUDIT_KEY:?}" "${TLS_CERT:?}" "${TLS_KEY:?}" "${POLICY:?}"

identity() {
  az identity show --resource-group "$RESOURCE_GROUP" --name "$IDENTITY_NAME" --query "$1" --output tsv
}
IDENTITY_ID=$(identity id)
AZURE_CLIENT_ID=$(identity clientId)
AZURE_TENANT_ID=$(identity tenantId)
POLICY_BASE64=$(base64 <"$POLICY" | tr -d '\n')
TLS_CERT_BASE64=$(base64 <"$TLS_CERT" | tr -d '\n')
TLS_KEY_BASE64=$(base64 <"$TLS_KEY" | tr -d '\n')
export GROUP_NAME LOCATION IMAGE AZURE_SUBSCRIPTION_ID KEYVAULT_VAULT_NAME CALLER_AUDIENCE AUDIT_KEY
export IDENTITY_ID AZURE_CLIENT_ID AZURE_TENANT_ID POLICY_BASE64 TLS_CERT_BASE64 TLS_KEY_BASE64
export SUBNET_ID="${SUBNET_ID:-}" DNS_LABEL="${DNS_LABEL:-}"

# What is filled in holds the certificate's key: for the owner's eyes alone, and gone at the end.
umask 077
filled=$(mktemp)
trap 'rm -f "$filled"' EXIT
# Of an image that is not for everybody: whom it is pulled as.
quoted() {
  printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}
registry=
if [ -n "${REGISTRY_USERNAME:-}" ]; then
  : "${REGISTRY_SERVER:?}" "${REGISTRY_PASSWORD:?}"
  registry="server: $(quoted "$REGISTRY_SERVER"), username: $(quoted "$REGISTRY_USERNAME"), password: $(quoted "$REGISTRY_PASSWORD")"
elif [ -n "${REGISTRY_SERVER:-}" ]; then
  registry="server: $(quoted "$REGISTRY_SERVER"), identity: $(quoted "$IDENTITY_ID")"
fi
export REGISTRY="$registry"
awk '/^properties:/ && ENVIRON["REGISTRY"] {
  print
  print "  imageRegistryCredentials: [{" ENVIRON["REGISTRY"] "}]"
  next
}
{
  line = $0; out = ""
  while (match(line, /[$][{][A-Z0-9_]+[}]/)) {
    out = out substr(line, 1, RSTART - 1) ENVIRON[substr(line, RSTART + 2, RLENGTH - 3)]
    line = substr(line, RSTART + RLENGTH)
  }
  print out line
}' "$template" >"$filled"
az container create --resource-group "$RESOURCE_GROUP" --file "$filled" --output none

az container show --resource-group "$RESOURCE_GROUP" --name "$GROUP_NAME" \
  --query '{state: instanceView.state, ip: ipAddress.ip, name: ipAddress.fqdn}' --output table
