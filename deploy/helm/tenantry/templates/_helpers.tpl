{{/* The secrets each service gets, as variable: [key, optional]. */}}
{{- define "tenantry.secrets" -}}
TENANTRY_ADMIN_KEY: [admin-key, false]
ENCRYPTION_KEY: [encryption-key, false]
ENCRYPTION_KEYS_RETIRED: [encryption-keys-retired, true]
CONTROL_DATABASE_PASSWORD: [{{ . }}-database-password, false]
{{- if eq . "tenant-service" }}
TENANT_CLUSTER_ADMIN_PASSWORD: [tenant-cluster-admin-password, false]
SERVICE_TOKEN: [service-token, true]
{{- else if eq . "backup-service" }}
BACKUP_S3_ACCESS_KEY: [backup-s3-access-key, true]
BACKUP_S3_SECRET_KEY: [backup-s3-secret-key, true]
{{- end }}
{{- end -}}
