{{/* The secrets each service gets, as variable: [key, optional]. */}}
{{- define "tenantry.secrets" -}}
TENANTRY_ADMIN_KEY: [admin-key, false]
ENCRYPTION_KEY: [encryption-key, false]
ENCRYPTION_KEYS_RETIRED: [encryption-keys-retired, true]
CONTROL_DATABASE_PASSWORD: [{{ . }}-database-password, false]
KAFKA_SASL_JAAS_CONFIG: [kafka-sasl-jaas-config, true]
KAFKA_SSL_KEYSTORE_KEY: [kafka-keystore-key, true]
KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN: [kafka-keystore-certificate-chain, true]
{{- if eq . "tenant-service" }}
TENANT_CLUSTER_ADMIN_PASSWORD: [tenant-cluster-admin-password, false]
SERVICE_TOKEN: [service-token, true]
{{- else if eq . "backup-service" }}
BACKUP_S3_ACCESS_KEY: [backup-s3-access-key, true]
BACKUP_S3_SECRET_KEY: [backup-s3-secret-key, true]
{{- end }}
{{- end -}}
