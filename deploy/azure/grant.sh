#!/bin/sh
# Gives a caller one of the gateway's app roles:
#
#   sh deploy/azure/grant.sh Estate.Reader <object id of a user, a group or a service principal>
#
# Reads CALLER_AUDIENCE. May be run again: who has the role keeps it. Needs Cloud Application Administrator. A caller's next token has the role; one that it holds has not.
set -eu

role=${1:?the role: Estate.Reader or Secret.Reader}
principal_id=${2:?the object id of the user, group or service principal}
: "${CALLER_AUDIENCE:?}"

resource_id=$(az ad sp show --id "$CALLER_AUDIENCE" --query id --output tsv)
role_id=$(az ad sp show --id "$CALLER_AUDIENCE" --query "appRoles[?value=='$role'].id" --output tsv)
if [ -z "$role_id" ]; then
  echo "The application $CALLER_AUDIENCE has no role $role: deploy/azure/app-roles.json lists them." >&2
  exit 1
fi
if ! told=$(az rest --method POST --uri "https://graph.microsoft.com/v1.0/servicePrincipals/$resource_id/appRoleAssignedTo" \
  --body "{\"principalId\": \"$principal_id\", \"resourceId\": \"$resource_id\", \"appRoleId\": \"$role_id\"}" --output none 2>&1); then
  # Graph gives it the code of any wrong request: its words alone tell it apart.
  case $told in
    *"Permission being assigned already exists"*) ;;
    *) printf '%s\n' "$told" >&2; exit 1 ;;
  esac
fi
echo "$principal_id has $role."
