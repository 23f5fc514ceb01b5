#!/bin/sh
# The gateway on Azure Container Instances, start to finish, with the commands alone:
#
#   sh deploy/aci/create.sh private     an address in a virtual network, https; the road to take
#   sh deploy/aci/create.sh public      an address of the internet, https alone
#   sh deploy/aci/create.sh private check      in the same place a second group, <name>-check, which runs `check` and ends
#
# The commands have no probes: the platform then restarts what exits, not what hangs. deploy/aci/apply.sh makes the same
# group from a file, with probes.
#
# Reads RESOURCE_GROUP, LOCATION, GROUP_NAME, IMAGE, IDENTITY_NAME (deploy/azure/identity.sh makes it), AZURE_SUBSCRIPTION_ID,
# KEYVAULT_VAULT_NAME, CALLER_AUDIENCE, AUDIT_KEY and the files TLS_CERT, TLS_KEY and POLICY; for private VNET_NAME, for public
# DNS_LABEL. For an image that is not for everybody REGISTRY_SERVER: one of Azure's (AcrPull for the identity) by itself, others
# with REGISTRY_USERNAME and REGISTRY_PASSWORD. Again with other values it replaces the group.
set -eu

road=${1:-}
what=${2:-serve}
: "${RESOURCE_GROUP:?}" "${LOCATION:?}" "${GROUP_NAME:?}" "${IMAGE:?}" "${IDENTITY_NAME:?}" "${AZURE_SUBSCRIPTION_ID:?}"
: "${KEYVAULT_VAULT_NAME:?}" "${CALLER_AUDIENCE:?}" "${AUDIT_KEY:?}" "${TLS_CERT:?}" "${TLS_KEY:?}" "${POLICY:?}"
# az takes the name of a file that it cannot read for the value itself.
for file in "$TLS_CERT" "$TLS_KEY" "$POLICY"; do
  [ -r "$file" ] || { echo "$file cannot be read: give TLS_CERT, TLS_KEY and POLICY as files." >&2; exit 2; }
done

# 1. The identity that the group gets, and the client id by which the gateway asks for it.
identity() {
  az identity show --resource-group "$RESOURCE_GROUP" --name "$IDENTITY_NAME" --query "$1" --output tsv
}
identity_id=$(identity id)
client_id=$(identity clientId)
tenant_id=$(identity tenantId)

# 2. Where it is met.
case $road in
  private)
    # A subnet of its own, delegated to container groups, with a NAT gateway as its way out to Entra ID and Azure.
    : "${VNET_NAME:?the virtual network to make, or to use}"
    az network public-ip create --resource-group "$RESOURCE_GROUP" --location "$LOCATION" --name "$VNET_NAME-out" \
      --sku Standard --output none
    az network nat gateway create --resource-group "$RESOURCE_GROUP" --location "$LOCATION" --name "$VNET_NAME-out" \
      --public-ip-addresses "$VNET_NAME-out" --output none
    az network vnet show --resource-group "$RESOURCE_GROUP" --name "$VNET_NAME" --output none 2>/dev/null ||
      az network vnet create --resource-group "$RESOURCE_GROUP" --location "$LOCATION" --name "$VNET_NAME" \
        --address-prefixes 10.20.0.0/16 --output none
    az network vnet subnet create --resource-group "$RESOURCE_GROUP" --vnet-name "$VNET_NAME" --name gateway \
      --address-prefixes "${SUBNET_PREFIX:-10.20.1.0/27}" --nat-gateway "$VNET_NAME-out" \
      --delegations Microsoft.ContainerInstance/containerGroups --output none
    subnet_id=$(az network vnet subnet show --resource-group "$RESOURCE_GROUP" --vnet-name "$VNET_NAME" --name gateway \
      --query id --output tsv)
    metrics_port=9464
    set -- --ip-address Private --subnet "$subnet_id" --ports 8443 9464
    ;;
  public)
    # https alone, and no metrics: whoever reaches the address reaches every port of it.
    : "${DNS_LABEL:?the name before .$LOCATION.azurecontainer.io}"
    metrics_port=0
    set -- --ip-address Public --dns-name-label "$DNS_LABEL" --ports 8443
    ;;
  *)
    echo "Give private or public." >&2
    exit 2
    ;;
esac

# 3. What it runs: the gateway, or a check of all that the gateway needs, whose table the group's log shows.
restart=Always
if [ "$what" = check ]; then
  GROUP_NAME=$GROUP_NAME-check
  restart=Never
  [ "$road" = private ] || set --
  set -- "$@" --command-line "/usr/bin/node /app/dist/cli.js check"
fi

# 4. Whom it pulls the image as. What is secret goes to az in files (name=@file): whoever lists processes sees its arguments.
umask 077
secrets=$(mktemp -d)
trap 'rm -rf "$secrets"' EXIT
printf %s "$AUDIT_KEY" >"$secrets/audit"
if [ -n "${REGISTRY_USERNAME:-}" ]; then
  printf %s "${REGISTRY_PASSWORD:?}" >"$secrets/registry"
  set -- "$@" --registry-login-server "${REGISTRY_SERVER:?}" --registry-username "$REGISTRY_USERNAME" --registry-password "@$secrets/registry"
elif [ -n "${REGISTRY_SERVER:-}" ]; then
  set -- "$@" --registry-login-server "$REGISTRY_SERVER" --acr-identity "$identity_id"
fi

# 5. The group. Policy and certificate are files in memory; AUDIT_KEY is shown by no `az container show`.
az container create \
  --resource-group "$RESOURCE_GROUP" --name "$GROUP_NAME" --location "$LOCATION" \
  --image "$IMAGE" --os-type Linux --cpu 1 --memory 0.5 --restart-policy "$restart" \
  --assign-identity "$identity_id" "$@" \
  --environment-variables \
  HOST=0.0.0.0 PORT=8443 METRICS_PORT="$metrics_port" \
  TLS_CERT_FILE=/etc/gateway/tls.crt TLS_KEY_FILE=/etc/gateway/tls.key ACCESS_POLICY=/etc/gateway/policy.cedar \
  AZURE_CREDENTIAL=managed-identity AZURE_CLIENT_ID="$client_id" \
  AZURE_SUBSCRIPTION_ID="$AZURE_SUBSCRIPTION_ID" KEYVAULT_VAULT_NAME="$KEYVAULT_VAULT_NAME" \
  CALLER_ISSUERS="https://login.microsoftonline.com/$tenant_id/v2.0" CALLER_AUDIENCE="$CALLER_AUDIENCE" \
  NO_PROXY=169.254.169.254 \
  --secure-environment-variables AUDIT_KEY="@$secrets/audit" \
  --secrets policy.cedar="@$POLICY" tls.crt="@$TLS_CERT" tls.key="@$TLS_KEY" \
  --secrets-mount-path /etc/gateway \
  --output none

# 6. Where it is now.
az container show --resource-group "$RESOURCE_GROUP" --name "$GROUP_NAME" \
  --query '{state: instanceView.state, ip: ipAddress.ip, name: ipAddress.fqdn}' --output table
