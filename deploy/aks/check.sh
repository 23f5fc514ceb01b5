#!/bin/sh
# Asks on AKS for all that the gateway needs (docs/command.md, check), in a Job beside the pods that serve: with their image, service
# account, settings, files and network policy, and a memory limit of its own. Neither the Service nor the budget chooses its pod.
#
#   sh deploy/aks/check.sh
#
# Prints the table; ends with 0 where no row has failed. The Job goes after ten minutes, or with the next check.
set -eu

job=azure-graphql-gateway-check
in_namespace() {
  kubectl --namespace azure-graphql-gateway "$@"
}
template() {
  in_namespace get deployment/azure-graphql-gateway --output "jsonpath={.spec.template.$1}"
}
labels=$(template metadata.labels)
spec=$(template spec)

in_namespace delete "job/$job" --ignore-not-found
# The pod as it is, but that it checks once and is asked nothing.
printf '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s","namespace":"azure-graphql-gateway"},
  "spec":{"backoffLimit":0,"activeDeadlineSeconds":120,"ttlSecondsAfterFinished":600,
  "template":{"metadata":{"labels":%s},"spec":%s}}}' "$job" "$labels" "$spec" |
  kubectl patch --local --filename - --type json --output json --patch '[
    {"op": "add", "path": "/spec/template/metadata/labels/app.kubernetes.io~1component", "value": "check"},
    {"op": "add", "path": "/spec/template/spec/restartPolicy", "value": "Never"},
    {"op": "add", "path": "/spec/template/spec/containers/0/args", "value": ["check"]},
    {"op": "remove", "path": "/spec/template/spec/containers/0/startupProbe"},
    {"op": "remove", "path": "/spec/template/spec/containers/0/livenessProbe"},
    {"op": "remove", "path": "/spec/template/spec/containers/0/readinessProbe"}
  ]' |
  in_namespace apply --filename -
in_namespace logs "job/$job" --follow --pod-running-timeout 60s
in_namespace wait "job/$job" --for condition=complete --timeout 10s
