#!/bin/sh
# The application that callers ask tokens for, with the app roles of app-roles.json. Prints its id: the CALLER_AUDIENCE.
#
#   CALLER_AUDIENCE=$(sh deploy/azure/callers.sh)
#
# Reads APP_NAME (default azure-graphql-gateway). May be run again: it finds the application by its name. Needs the right to
# register applications (Application Developer).
set -eu

name=${APP_NAME:-azure-graphql-gateway}
here=$(dirname "$0")

# 1. The application, of this tenant alone.
app_id=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' --output tsv)
if [ -z "$app_id" ]; then
  app_id=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId --output tsv)
fi
az ad app update --id "$app_id" --identifier-uris "api://$app_id" --app-roles "@$here/app-roles.json"

# 2. Tokens of version 2 (issuer https://login.microsoftonline.com/<tenant>/v2.0, audience the application's id), and a scope for
#    people, which the Azure CLI may ask for without their consent. Both ids are arbitrary and stay.
object_id=$(az ad app show --id "$app_id" --query id --output tsv)
scope_id=5d0f4a0e-9d4b-4c55-8a6e-0f0c4a7f2b61
azure_cli=04b07795-8ddb-461a-bbee-02f9e1bf7b46
graph=https://graph.microsoft.com/v1.0
api() {
  az rest --method PATCH --uri "$graph/applications/$object_id" --body "{\"api\": {\"requestedAccessTokenVersion\": 2, \"oauth2PermissionScopes\": [{
    \"id\": \"$scope_id\", \"type\": \"User\", \"value\": \"query\", \"isEnabled\": true,
    \"adminConsentDisplayName\": \"Query the gateway\", \"adminConsentDescription\": \"Query the gateway as the signed-in user.\",
    \"userConsentDisplayName\": \"Query the gateway\", \"userConsentDescription\": \"Query the gateway as you.\"}]$1}}" --output none
}
# In two steps: an application may be allowed a scope only once the scope is there.
api ''
api ", \"preAuthorizedApplications\": [{\"appId\": \"$azure_cli\", \"delegatedPermissionIds\": [\"$scope_id\"]}]"

# 3. Its service principal, which holds who has which role. Who has none gets no token.
az ad sp show --id "$app_id" --output none 2>/dev/null || az ad sp create --id "$app_id" --output none
az ad sp update --id "$app_id" --set appRoleAssignmentRequired=true

echo "$app_id"
