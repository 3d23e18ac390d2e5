package io.tenantry.kernel.error;

import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * The stable codes of every error Tenantry answers. A code keeps its meaning and its HTTP status
 * for good; clients may switch on it.
 */
@RegisterForReflection
public enum ErrorCode {
  MALFORMED_JSON(400, false, "The body is not valid JSON"),
  BAD_REQUEST(400, false, "The request cannot be understood"),
  UNAUTHENTICATED(401, false, "Credentials are missing or wrong"),
  FORBIDDEN(403, false, "These credentials do not permit this"),
  INSTANCE_INACTIVE(403, false, "The instance takes no messages"),
  NOT_FOUND(404, false, "There is no such resource"),
  CLUSTER_NOT_FOUND(404, false, "There is no such cluster"),
  TENANT_NOT_FOUND(404, false, "There is no such tenant"),
  SERVICE_NOT_FOUND(404, false, "The tenant has no such service"),
  API_KEY_NOT_FOUND(404, false, "There is no such API key"),
  TOPIC_NOT_FOUND(404, false, "There is no such topic"),
  INSTANCE_NOT_FOUND(404, false, "There is no such instance"),
  DEAD_LETTER_NOT_FOUND(404, false, "There is no such dead letter"),
  GROUP_NOT_FOUND(404, false, "There is no such consumer group"),
  BLUEPRINT_NOT_FOUND(404, false, "There is no such blueprint"),
  SCHEDULE_NOT_FOUND(404, false, "There is no such backup schedule"),
  STORE_NOT_FOUND(404, false, "There is no such backup store"),
  BACKUP_NOT_FOUND(404, false, "There is no such backup"),
  RESTORE_NOT_FOUND(404, false, "There is no such restore"),
  DRILL_NOT_FOUND(404, false, "There is no such drill"),
  MIGRATION_NOT_FOUND(404, false, "There is no such migration"),
  CAMPAIGN_NOT_FOUND(404, false, "There is no such campaign"),
  JOB_NOT_FOUND(404, false, "There is no such job"),
  PROJECT_NOT_FOUND(404, false, "There is no such project"),
  METHOD_NOT_ALLOWED(405, false, "The resource does not support this method"),
  NOT_ACCEPTABLE(406, false, "There is no acceptable representation"),
  REQUEST_TIMEOUT(408, true, "The body did not arrive in time"),
  TENANT_NAME_TAKEN(409, false, "The tenant's name is taken"),
  TENANT_BUSY(409, true, "Other work on the tenant is in progress"),
  INSTANCE_NAME_TAKEN(409, false, "The instance's name is taken"),
  LAST_INSTANCE(409, false, "The last instance cannot be deleted"),
  GROUP_ACTIVE(409, true, "The consumer group has active members"),
  JOB_CANCELLED(409, false, "The job was cancelled"),
  JOB_NOT_CANCELLABLE(409, false, "The job runs or has ended"),
  CLUSTER_EXISTS(409, false, "The cluster is registered already"),
  CLUSTER_MISMATCH(409, false, "Another server answers than the registered cluster"),
  REGISTRY_NOT_EMPTY(409, false, "The registry is not empty"),
  IDENTITY_MISMATCH(409, false, "Something is not what the registry says"),
  CLUSTER_NOT_PREPARED(503, true, "The cluster is not prepared yet"),
  RECOVERY_MODE(503, true, "The control database is older than its clusters"),
  CLUSTER_IN_USE(409, false, "The cluster holds tenants"),
  ROTATION_IN_PROGRESS(409, true, "The credentials from before the last rotation are valid still"),
  API_KEY_NOT_ACTIVE(409, false, "The API key is revoked, expired or rotated"),
  TENANT_NOT_DELETED(409, false, "The tenant is not deleted"),
  BLUEPRINT_BUSY(409, true, "Another blueprint is being checked"),
  PROJECT_ALREADY_PROVISIONED(409, false, "The project is provisioned already"),
  PROJECT_SUSPENDED(409, false, "The project is suspended"),
  JOB_NOT_COMPLETED(409, true, "The job is not completed"),
  FINAL_BACKUP_FAILED(409, false, "There is no final backup"),
  API_KEYS_GONE(410, false, "The job's API keys are not to be had any more"),
  IDEMPOTENCY_KEY_IN_USE(409, true, "The request with this idempotency key is being answered"),
  BACKUP_NOT_USABLE(409, false, "The backup is not there to be used"),
  STORE_BELONGS_TO_ANOTHER_INSTALLATION(
      409, false, "The backup store belongs to another installation"),
  STORE_NOT_CLAIMED(409, false, "The backup store is not claimed by this installation"),
  TENANT_SHREDDED(409, false, "The tenant's backup key was destroyed"),
  RESTORE_NOT_UNDOABLE(409, false, "The restore cannot be undone"),
  TENANT_AHEAD(409, false, "The tenant is ahead of the version"),
  VERSIONS_DIVERGE(409, false, "The one version does not build on the other"),
  MIGRATION_MISMATCH(409, false, "The tenant's migration history is not as expected"),
  MIGRATION_BLOCKED(409, true, "The migration waited too long for a lock"),
  ROLLBACK_IMPOSSIBLE(409, false, "A migration cannot be undone"),
  CAMPAIGN_IN_PROGRESS(409, false, "Another campaign of the blueprint is in progress"),
  CAMPAIGN_STATE(409, false, "The campaign's state does not permit this"),
  QUOTA_EXCEEDED(409, false, "The tenant's quota is exceeded"),
  PAYLOAD_TOO_LARGE(413, false, "The body is too large"),
  UNSUPPORTED_MEDIA_TYPE(415, false, "The body's media type is not supported"),
  VALIDATION_FAILED(422, false, "The request is invalid"),
  IDEMPOTENCY_KEY_REUSED(422, false, "The idempotency key is that of another request"),
  CLUSTER_UNUSABLE(422, false, "The PostgreSQL cluster cannot be used"),
  CLUSTER_TLS_FAILED(422, false, "TLS with the PostgreSQL cluster failed"),
  RATE_LIMITED(429, true, "More is sent than the limit permits"),
  INTERNAL_ERROR(500, false, "Unexpected error"),
  JOB_INTERRUPTED(500, true, "The service ended during every attempt"),
  BACKUP_FAILED(500, true, "The backup could not be made"),
  BACKUP_DAMAGED(500, false, "The stored backup is not as it was stored"),
  BACKUP_KEY_DESTROYED(500, false, "The key of the tenant's backups was destroyed"),
  RESTORE_FAILED(500, true, "The backup could not be restored"),
  RESTORE_MISMATCH(500, false, "What was restored differs from the backup"),
  MIGRATION_FAILED(500, false, "PostgreSQL refused a migration"),
  PG_DUMP_UNUSABLE(500, false, "There is no pg_dump for the tenant's server"),
  DATABASE_CREATION_FAILED(500, true, "The tenant's database could not be created"),
  SCHEMA_CREATION_FAILED(500, true, "The tenant's schema could not be created"),
  ROLE_CREATION_FAILED(500, true, "The tenant's role could not be created"),
  DATABASE_VERIFICATION_FAILED(500, true, "The tenant could not use its new database"),
  ROTATION_FAILED(500, true, "The credentials could not be rotated"),
  ACTIVATION_FAILED(500, true, "The tenant could not be recorded"),
  OVERLOADED(503, true, "The service has as much in hand as it can hold"),
  SCHEMA_REGISTRY_UNAVAILABLE(503, true, "The schema registry is not available"),
  SERVICE_REGISTRATION_FAILED(502, true, "A service could not be told of the tenant"),
  KAFKA_UNAVAILABLE(503, true, "Kafka is not available"),
  DATABASE_UNAVAILABLE(503, true, "PostgreSQL is not available"),
  DATABASE_TLS_FAILED(503, true, "TLS with PostgreSQL failed"),
  STORE_UNAVAILABLE(503, true, "The backup store is full or not available"),
  GOLDEN_TEMPLATE_MISSING(503, true, "There is no golden template yet"),
  REGION_UNAVAILABLE(503, true, "The region takes no tenants at the moment"),
  SHUTTING_DOWN(503, true, "The service ends");

  private final int status;
  private final boolean retryable;
  private final String title;

  ErrorCode(int status, boolean retryable, String title) {
    this.status = status;
    this.retryable = retryable;
    this.title = title;
  }

  /** The HTTP status it is answered with. */
  public int status() {
    return status;
  }

  /** Whether the same request may succeed later, unchanged. */
  public boolean retryable() {
    return retryable;
  }

  /** What it means, the same for every occurrence. */
  public String title() {
    return title;
  }
}
