package io.tenantry.kernel.error;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The stable codes of all errors that Tenantry returns. A code never changes its meaning or its
 * HTTP status, so that clients may switch on it.
 */
@RegisterForReflection
public enum ErrorCode {
  MALFORMED_JSON(400, false, "Invalid JSON body"),
  BAD_REQUEST(400, false, "Malformed request"),
  UNAUTHENTICATED(401, false, "Missing or invalid credentials"),
  FORBIDDEN(403, false, "Insufficient permissions"),
  CSRF_TOKEN_INVALID(403, false, "Missing or invalid CSRF token"),
  INSTANCE_INACTIVE(403, false, "Inactive instance"),
  NOT_FOUND(404, false, "Resource not found"),
  CLUSTER_NOT_FOUND(404, false, "Cluster not found"),
  TENANT_NOT_FOUND(404, false, "Tenant not found"),
  SERVICE_NOT_FOUND(404, false, "Service not found"),
  API_KEY_NOT_FOUND(404, false, "API key not found"),
  TOPIC_NOT_FOUND(404, false, "Topic not found"),
  INSTANCE_NOT_FOUND(404, false, "Instance not found"),
  DEAD_LETTER_NOT_FOUND(404, false, "Dead letter not found"),
  GROUP_NOT_FOUND(404, false, "Consumer group not found"),
  BLUEPRINT_NOT_FOUND(404, false, "Blueprint not found"),
  SCHEDULE_NOT_FOUND(404, false, "Backup schedule not found"),
  STORE_NOT_FOUND(404, false, "Backup store not found"),
  BACKUP_NOT_FOUND(404, false, "Backup not found"),
  RESTORE_NOT_FOUND(404, false, "Restore not found"),
  DRILL_NOT_FOUND(404, false, "Drill not found"),
  MIGRATION_NOT_FOUND(404, false, "Migration not found"),
  CAMPAIGN_NOT_FOUND(404, false, "Campaign not found"),
  JOB_NOT_FOUND(404, false, "Job not found"),
  PROJECT_NOT_FOUND(404, false, "Project not found"),
  WEBHOOK_ENDPOINT_NOT_FOUND(404, false, "Webhook endpoint not found"),
  WEBHOOK_DELIVERY_NOT_FOUND(404, false, "Webhook delivery not found"),
  METHOD_NOT_ALLOWED(405, false, "Method not allowed"),
  NOT_ACCEPTABLE(406, false, "No acceptable representation"),
  REQUEST_TIMEOUT(408, true, "Request body timeout"),
  TENANT_NAME_TAKEN(409, false, "Tenant name already in use"),
  EXTERNAL_ID_TAKEN(409, false, "External id belongs to a different tenant"),
  TENANT_BUSY(409, true, "Another operation on the tenant in progress"),
  INSTANCE_NAME_TAKEN(409, false, "Instance name already in use"),
  LAST_INSTANCE(409, false, "Last instance cannot be deleted"),
  GROUP_ACTIVE(409, true, "Consumer group has active members"),
  JOB_CANCELLED(409, false, "Job cancelled"),
  JOB_NOT_CANCELLABLE(409, false, "Job already running or finished"),
  CLUSTER_EXISTS(409, false, "Cluster already registered"),
  CLUSTER_MISMATCH(409, false, "Different server at the cluster's address"),
  REGISTRY_NOT_EMPTY(409, false, "Registry not empty"),
  IDENTITY_MISMATCH(409, false, "Database object does not match the registry"),
  CLUSTER_NOT_PREPARED(503, true, "Cluster not prepared yet"),
  RECOVERY_MODE(503, true, "Control database older than its clusters"),
  CLUSTER_IN_USE(409, false, "Cluster still has tenants"),
  ROTATION_IN_PROGRESS(409, true, "Credentials of the previous rotation still valid"),
  API_KEY_NOT_ACTIVE(409, false, "API key revoked, expired or rotated"),
  TENANT_NOT_DELETED(409, false, "Tenant not deleted"),
  BLUEPRINT_BUSY(409, true, "Another blueprint check in progress"),
  PROJECT_ALREADY_PROVISIONED(409, false, "Project already provisioned"),
  PROJECT_SUSPENDED(409, false, "Project suspended"),
  JOB_NOT_COMPLETED(409, true, "Job not completed"),
  FINAL_BACKUP_FAILED(409, false, "Final backup missing"),
  API_KEYS_GONE(410, false, "API keys already collected or expired"),
  IDEMPOTENCY_KEY_IN_USE(409, true, "Request with this idempotency key in progress"),
  BACKUP_NOT_USABLE(409, false, "Backup not usable"),
  STORE_BELONGS_TO_ANOTHER_INSTALLATION(409, false, "Backup store of another installation"),
  STORE_NOT_CLAIMED(409, false, "Backup store not claimed by this installation"),
  TENANT_SHREDDED(409, false, "Backup key of the tenant destroyed"),
  RESTORE_NOT_UNDOABLE(409, false, "Restore cannot be undone"),
  TENANT_AHEAD(409, false, "Tenant ahead of the requested version"),
  VERSIONS_DIVERGE(409, false, "Blueprint versions diverge"),
  MIGRATION_MISMATCH(409, false, "Unexpected migration history"),
  MIGRATION_BLOCKED(409, true, "Lock timeout during migration"),
  ROLLBACK_IMPOSSIBLE(409, false, "Migration cannot be rolled back"),
  CAMPAIGN_IN_PROGRESS(409, false, "Another campaign of the blueprint in progress"),
  CAMPAIGN_STATE(409, false, "Operation not allowed in this campaign state"),
  WEBHOOK_ENDPOINT_DISABLED(409, false, "Webhook endpoint disabled"),
  QUOTA_EXCEEDED(409, false, "Tenant quota exceeded"),
  PAYLOAD_TOO_LARGE(413, false, "Request body too large"),
  UNSUPPORTED_MEDIA_TYPE(415, false, "Unsupported media type"),
  VALIDATION_FAILED(422, false, "Invalid request"),
  IDEMPOTENCY_KEY_REUSED(422, false, "Idempotency key used for a different request"),
  CLUSTER_UNUSABLE(422, false, "PostgreSQL cluster not usable"),
  CLUSTER_TLS_FAILED(422, false, "TLS connection to the PostgreSQL cluster failed"),
  OUTBOUND_ADDRESS_REFUSED(422, false, "URL not allowed for outgoing requests"),
  RATE_LIMITED(429, true, "Rate limit exceeded"),
  INTERNAL_ERROR(500, false, "Internal error"),
  JOB_INTERRUPTED(500, true, "Service stopped during every attempt"),
  BACKUP_FAILED(500, true, "Backup failed"),
  BACKUP_DAMAGED(500, false, "Backup is corrupt"),
  BACKUP_KEY_DESTROYED(500, false, "Backup key destroyed"),
  RESTORE_FAILED(500, true, "Restore failed"),
  RESTORE_MISMATCH(500, false, "Restored data differs from the backup"),
  MIGRATION_FAILED(500, false, "Migration rejected by PostgreSQL"),
  PG_DUMP_UNUSABLE(500, false, "No pg_dump for the server version"),
  DATABASE_CREATION_FAILED(500, true, "Database creation failed"),
  SCHEMA_CREATION_FAILED(500, true, "Schema creation failed"),
  ROLE_CREATION_FAILED(500, true, "Role creation failed"),
  DATABASE_VERIFICATION_FAILED(500, true, "Database verification failed"),
  ROTATION_FAILED(500, true, "Credential rotation failed"),
  ACTIVATION_FAILED(500, true, "Tenant activation failed"),
  OVERLOADED(503, true, "Too many requests in flight"),
  SCHEMA_REGISTRY_UNAVAILABLE(503, true, "Schema registry unavailable"),
  SERVICE_REGISTRATION_FAILED(502, true, "Service registration failed"),
  KAFKA_UNAVAILABLE(503, true, "Kafka unavailable"),
  DATABASE_UNAVAILABLE(503, true, "PostgreSQL unavailable"),
  DATABASE_TLS_FAILED(503, true, "TLS connection to PostgreSQL failed"),
  SERVICE_UNAVAILABLE(503, true, "Service unavailable"),
  STORE_UNAVAILABLE(503, true, "Backup store full or unavailable"),
  GOLDEN_TEMPLATE_MISSING(503, true, "No golden template yet"),
  REGION_UNAVAILABLE(503, true, "Region accepts no new tenants"),
  SHUTTING_DOWN(503, true, "Service shutting down");

  private final int status;
  private final boolean retryable;
  private final String title;

  ErrorCode(int status, boolean retryable, String title) {
    this.status = status;
    this.retryable = retryable;
    this.title = title;
  }

  /** The HTTP status of the answer. */
  public int status() {
    return status;
  }

  /** Whether the same request may succeed later, unchanged. */
  public boolean retryable() {
    return retryable;
  }

  /** A noun phrase, the same for every occurrence. */
  public String title() {
    return title;
  }
}
