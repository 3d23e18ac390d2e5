{{/*
Names and labels. The helpers below take a dictionary: "root" is the chart's context, "component" the name of a component
(missing for what all share), "values" its settings.
*/}}

{{- define "tenantry.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's if it is not part of it. Components' names are appended: at most 63 together. */}}
{{- define "tenantry.fullname" -}}
{{- $name := include "tenantry.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "tenantry.componentName" -}}
{{- $fullname := include "tenantry.fullname" .root -}}
{{- if .component }}{{ $fullname }}-{{ .component }}{{ else }}{{ $fullname }}{{ end -}}
{{- end -}}

{{/* A deployment's selector cannot be changed: nothing belongs in here that another version may change. */}}
{{- define "tenantry.selector" -}}
app.kubernetes.io/name: {{ include "tenantry.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "tenantry.podLabels" -}}
{{ include "tenantry.selector" . }}
app.kubernetes.io/part-of: tenantry
app.kubernetes.io/version: {{ include "tenantry.version" . | quote }}
{{- end -}}

{{- define "tenantry.labels" -}}
{{ include "tenantry.podLabels" . }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The image's tag as far as a label can have it. */}}
{{- define "tenantry.version" -}}
{{- $image := (.values | default dict).image | default .root.Values.image -}}
{{- $image.tag | default .root.Chart.AppVersion | replace "+" "_" | trunc 63 | trimAll "-_." -}}
{{- end -}}

{{/* Name, namespace and labels; also "name" to append to the name, and "annotations". */}}
{{- define "tenantry.metadata" -}}
name: {{ include "tenantry.componentName" . }}{{ with .name }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "tenantry.labels" . | nindent 2 }}
{{- with .annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "tenantry.secretName" -}}
{{- .Values.secret.name | default (include "tenantry.fullname" .) -}}
{{- end -}}

{{- define "tenantry.backupClaim" -}}
{{- .Values.backupVolume.existingClaim | default (printf "%s-backups" (include "tenantry.fullname" .)) -}}
{{- end -}}
