package io.tenantry.operator.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/**
 * An event of a service about a tenant. It only says that something may have changed; the REST API
 * is the truth.
 *
 * @param type such as {@code io.tenantry.backup.completed.v1}
 */
public record Hint(String type, UUID tenantId, JsonNode data) {

  /** A backup is stored completely. */
  public static final String BACKUP_COMPLETED = "io.tenantry.backup.completed.v1";
}
