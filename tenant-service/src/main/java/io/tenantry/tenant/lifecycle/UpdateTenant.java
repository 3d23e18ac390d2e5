package io.tenantry.tenant.lifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.tenant.registry.ExternalId;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body of {@code PATCH /api/v1/tenants/{tenant_id}}. Omitted fields do not change. */
record UpdateTenant(
    @Schema(description = "The new name; the database is not renamed")
        @Pattern(regexp = "[A-Za-z0-9_-]{1,255}", message = "must be 1 to 255 of A-Z a-z 0-9 _ -")
        @Nullable String name,
    @Schema(description = "Fields to set; null removes a field, omitted fields do not change")
        @Size(max = 100, message = "must have at most 100 fields")
        @Nullable Map<String, Object> metadata,
    @Schema(
            implementation = String.class,
            nullable = true,
            pattern = ExternalId.PATTERN,
            description = "The caller's own id of the tenant; null clears it")
        @Nullable JsonNode externalId) {

  /** The fields of the metadata to set. */
  Map<String, Object> setFields() {
    Map<String, Object> fields = new HashMap<>(Objects.requireNonNullElse(metadata, Map.of()));
    fields.values().removeIf(Objects::isNull);
    return fields;
  }

  /** The fields of the metadata to remove. */
  List<String> removedFields() {
    Map<String, Object> fields = Objects.requireNonNullElse(metadata, Map.of());
    return fields.keySet().stream().filter(field -> fields.get(field) == null).toList();
  }

  /** Whether the external id is set or cleared. */
  boolean hasExternalId() {
    return externalId != null;
  }

  /**
   * The external id to set; empty if it is cleared or not changed.
   *
   * @throws InvalidRequest if it is not a valid one
   */
  Optional<String> newExternalId() {
    if (externalId == null || externalId.isNull()) {
      return Optional.empty();
    }
    if (!externalId.isTextual() || !externalId.textValue().matches(ExternalId.PATTERN)) {
      throw new InvalidRequest("external_id", ExternalId.MESSAGE + ", or null");
    }
    return Optional.of(externalId.textValue());
  }
}
