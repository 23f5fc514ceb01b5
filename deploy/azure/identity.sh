#!/bin/sh
# What both roads need, with least roles: the gateway's identity, its trust in a cluster, a Key Vault with RBAC, what it may read.
# identity.json is the same as a template, to take in its place. Each may be run again: what is there stays. This may follow the
# template; the template cannot follow this, since ARM knows an assignment by its name and refuses the same under another.
#
#   sh deploy/azure/identity.sh
#
# Reads RESOURCE_GROUP, LOCATION, IDENTITY_NAME and KEYVAULT_VAULT_NAME (made here if absent), and
#   READ_SUBSCRIPTIONS   the subscriptions that the gateway may read, separated by spaces
#   READ_VAULTS          resource ids of further vaults whose secrets it may read, or of single secrets (<vault id>/secrets/<name>)
#   AKS_NAME             the cluster that it runs in, with its OIDC issuer on; empty for container instances
# Whoever runs it needs the right to assign roles there (Role Based Access Control Administrator, or Owner). The gateway gets no
# such right, and never Contributor: it only reads.
set -eu

: "${RESOURCE_GROUP:?}" "${LOCATION:?}" "${IDENTITY_NAME:?}" "${KEYVAULT_VAULT_NAME:?}" "${READ_SUBSCRIPTIONS:?}"

# Role definitions by id: names may be changed.
READER=acdd72a7-3385-48ef-bd42-f606fba81ae7
KEY_VAULT_SECRETS_USER=4633458b-17de-408a-b874-0445c86b69e6

# What may be missing is asked before anything is made.
issuer=
if [ -n "${AKS_NAME:-}" ]; then
  cluster_group=${AKS_RESOURCE_GROUP:-$RESOURCE_GROUP}
  issuer=$(az aks show --resource-group "$cluster_group" --name "$AKS_NAME" --query oidcIssuerProfile.issuerUrl --output tsv)
  if [ -z "$issuer" ]; then
    echo "The cluster $AKS_NAME has no OIDC issuer, so that nothing can trust its service accounts. Nothing was made. Switch it on, then run this again:" >&2
    echo "  az aks update --resource-group $cluster_group --name $AKS_NAME --enable-oidc-issuer --enable-workload-identity" >&2
    exit 1
  fi
fi

# 1. The identity.
az group create --name "$RESOURCE_GROUP" --location "$LOCATION" --output none
az identity create --resource-group "$RESOURCE_GROUP" --name "$IDENTITY_NAME" --location "$LOCATION" --output none
principal_id=$(az identity show --resource-group "$RESOURCE_GROUP" --name "$IDENTITY_NAME" --query principalId --output tsv)

# 2. Its trust in the cluster's service account, and in no other.
if [ -n "$issuer" ]; then
  az identity federated-credential create --resource-group "$RESOURCE_GROUP" --identity-name "$IDENTITY_NAME" \
    --name "$AKS_NAME" --issuer "$issuer" --audiences api://AzureADTokenExchange \
    --subject system:serviceaccount:azure-graphql-gateway:azure-graphql-gateway --output none
fi

# 3. The vault, whose secrets are guarded by roles.
az keyvault show --name "$KEYVAULT_VAULT_NAME" --output none 2>/dev/null ||
  az keyvault create --resource-group "$RESOURCE_GROUP" --name "$KEYVAULT_VAULT_NAME" --location "$LOCATION" \
    --enable-rbac-authorization true --output none
vault_id=$(az keyvault show --name "$KEYVAULT_VAULT_NAME" --query id --output tsv)
if [ "$(az keyvault show --name "$KEYVAULT_VAULT_NAME" --query properties.enableRbacAuthorization --output tsv)" = false ]; then
  echo "$KEYVAULT_VAULT_NAME has access policies, and roles do not count there: az keyvault update --name $KEYVAULT_VAULT_NAME --enable-rbac-authorization true" >&2
fi

# 4. What it may read.
assign() {
  az role assignment create --assignee-object-id "$principal_id" --assignee-principal-type ServicePrincipal \
    --role "$1" --scope "$2" --output none
}
for subscription in $READ_SUBSCRIPTIONS; do
  assign "$READER" "/subscriptions/$subscription"
done
for scope in "$vault_id" ${READ_VAULTS:-}; do
  assign "$KEY_VAULT_SECRETS_USER" "$scope"
done

az identity show --resource-group "$RESOURCE_GROUP" --name "$IDENTITY_NAME" \
  --query '{clientId: clientId, tenantId: tenantId}' --output table
