{{/* The operator's variables that follow from other values; empty ones are not set. */}}
{{- define "tenantry.operatorEnv" -}}
{{- range $variable, $service := dict "TENANT_URL" (list "tenant-service" .Values.tenantService) "BACKUP_URL" (list "backup-service" .Values.backupService) }}
{{ $variable }}: http://{{ include "tenantry.fullname" $ }}-{{ index $service 0 }}:{{ dig "service" "port" $.Values.service.port (index $service 1) }}
{{- end }}
OPERATOR_LEASE_NAME: {{ include "tenantry.componentName" (dict "root" . "component" "operator") }}
OPERATOR_NAMESPACES: {{ join "," .Values.operator.namespaces | quote }}
OPERATOR_BLUEPRINT_NAMESPACES: {{ join "," .Values.operator.blueprintNamespaces | quote }}
{{- end -}}

{{/* What the operator does in each namespace with its objects. */}}
{{- define "tenantry.operatorRules" -}}
- apiGroups: [tenantry.io]
  resources: [tenants, tenantbackups, tenantrestores, blueprints]
  verbs: [get, list, watch]
# The finalizer; the other kinds have none.
- apiGroups: [tenantry.io]
  resources: [tenants]
  verbs: [patch]
- apiGroups: [tenantry.io]
  resources: [tenants/status, tenantbackups/status, tenantrestores/status, blueprints/status]
  verbs: [patch]
# Kubernetes cannot limit this to Secrets with a label.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get, list, watch, create, patch]
# The labels that say what a namespace may do.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [get, create, patch]
{{- end -}}

{{/* The files of blueprints. */}}
{{- define "tenantry.operatorBlueprintRules" -}}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, list, watch]
{{- end -}}

{{/* The election of a leader. The name of what is created cannot be limited. */}}
{{- define "tenantry.operatorLeaderRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "tenantry.componentName" (dict "root" . "component" "operator") }}]
  verbs: [get, update, patch]
{{- end -}}

{{/*
A Role or ClusterRole for the operator, and its binding. Takes a dictionary: root, name, rules, and namespace (a
ClusterRole without one).
*/}}
{{- define "tenantry.operatorRole" -}}
{{- $context := dict "root" .root "component" "operator" -}}
{{- $account := mergeOverwrite (deepCopy .root.Values.serviceAccount) .root.Values.operator.serviceAccount -}}
{{- $kind := ternary "Role" "ClusterRole" (hasKey . "namespace") -}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "tenantry.labels" $context | nindent 4 }}
rules:
  {{- .rules | nindent 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $kind }}Binding
metadata:
  name: {{ .name }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "tenantry.labels" $context | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $kind }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ $account.name | default (ternary (include "tenantry.componentName" $context) "default" $account.create) }}
    namespace: {{ .root.Release.Namespace }}
{{ end -}}
