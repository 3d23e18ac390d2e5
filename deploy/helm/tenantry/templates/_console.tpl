{{/* The console's variables that follow from other values; empty ones are not set. */}}
{{- define "tenantry.consoleEnv" -}}
{{- range $variable, $service := dict "TENANT_URL" (list "tenant-service" .Values.tenantService) "INGESTION_URL" (list "ingestion-service" .Values.ingestionService) "BACKUP_URL" (list "backup-service" .Values.backupService) }}
{{ $variable }}: http://{{ include "tenantry.fullname" $ }}-{{ index $service 0 }}:{{ dig "service" "port" $.Values.service.port (index $service 1) }}
{{- end }}
CONSOLE_URL: {{ .Values.console.url | quote }}
{{- end -}}
