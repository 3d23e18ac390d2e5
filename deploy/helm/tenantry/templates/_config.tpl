{{/* The variables of each component that come from the Secret, as variable: [key, optional]. */}}
{{- define "tenantry.secrets" -}}
{{- if ne . "console" }}
TENANTRY_ADMIN_KEY: [admin-key, false]
{{- end }}
{{- if not (has . (list "operator" "console")) }}
TENANTRY_OPERATOR_KEY: [operator-key, true]
TENANTRY_VIEWER_KEY: [viewer-key, true]
ENCRYPTION_KEY: [encryption-key, false]
ENCRYPTION_KEYS_RETIRED: [encryption-keys-retired, true]
CONTROL_DATABASE_PASSWORD: [{{ . }}-database-password, false]
{{- end }}
KAFKA_SASL_JAAS_CONFIG: [kafka-sasl-jaas-config, true]
KAFKA_SSL_KEYSTORE_KEY: [kafka-keystore-key, true]
KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN: [kafka-keystore-certificate-chain, true]
{{- if eq . "tenant-service" }}
TENANT_CLUSTER_ADMIN_PASSWORD: [tenant-cluster-admin-password, false]
SERVICE_TOKEN: [service-token, true]
{{- else if eq . "ingestion-service" }}
AGENT_API_KEY: [agent-api-key, true]
EVOLUTION_API_KEY: [evolution-api-key, true]
{{- else if eq . "backup-service" }}
BACKUP_S3_ACCESS_KEY: [backup-s3-access-key, true]
BACKUP_S3_SECRET_KEY: [backup-s3-secret-key, true]
BACKUP_COPY_S3_ACCESS_KEY: [backup-copy-s3-access-key, true]
BACKUP_COPY_S3_SECRET_KEY: [backup-copy-s3-secret-key, true]
{{- else if eq . "console" }}
CONSOLE_SESSION_KEY: [console-session-key, false]
CONSOLE_SESSION_KEYS_RETIRED: [console-session-keys-retired, true]
OIDC_CLIENT_SECRET: [oidc-client-secret, true]
{{- end }}
{{- end -}}

{{/* The text of a value. Whole numbers of values files are read as fractions and would become 1.048576e+06. */}}
{{- define "tenantry.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end -}}

{{/* The data of the ConfigMap: config, and the variables that follow from other values. */}}
{{- define "tenantry.config" -}}
{{- $derived := dict "HTTP_PORT" (list "port" (include "tenantry.text" .Values.port)) -}}
{{- if .Values.backupVolume.enabled -}}
{{- $_ := set $derived "TENANT_BACKUP_PATH" (list "backupVolume.mountPath" .Values.backupVolume.mountPath) -}}
{{- end -}}
{{- $secrets := dict -}}
{{- range $component := list "tenant-service" "ingestion-service" "backup-service" "console" "operator" -}}
{{- $secrets = merge $secrets (fromYaml (include "tenantry.secrets" $component)) -}}
{{- end -}}
{{- range $variable, $value := .Values.config -}}
{{- with index $secrets $variable -}}
{{- fail (printf "config.%s would be readable by everyone who may read a ConfigMap: put it into the Secret, key %s" $variable (index . 0)) -}}
{{- end -}}
{{- with index $derived $variable -}}
{{- if ne (index . 1) (include "tenantry.text" $value) -}}
{{- fail (printf "config.%s is set by %s: set that value instead" $variable (index . 0)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $data := dict -}}
{{- range $variable, $value := .Values.config -}}
{{- $_ := set $data $variable (include "tenantry.text" $value) -}}
{{- end -}}
{{- range $variable, $source := $derived -}}
{{- $_ := set $data $variable (index $source 1) -}}
{{- end -}}
{{- range $variable, $value := $data }}
{{ $variable }}: {{ $value | quote }}
{{- end -}}
{{- end -}}
