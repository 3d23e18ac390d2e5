package io.tenantry.backup.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The object in which a store records the generation of the control database.
 *
 * @param installationId the installation of the control database; empty if the object cannot be
 *     read
 * @param generation as of {@link io.tenantry.kernel.recovery.Generation}
 */
record StoreGeneration(Optional<UUID> installationId, long generation) {

  /** The object's key. */
  static final String KEY = "tenantry-generation.json";

  private static final int FORMAT = 1;

  static StoreGeneration read(byte[] content, ObjectMapper mapper) {
    try {
      JsonNode json = mapper.readTree(content);
      return new StoreGeneration(
          Optional.ofNullable(json.path("installation_id").textValue()).map(UUID::fromString),
          json.path("generation").longValue());
    } catch (IOException | IllegalArgumentException e) {
      return new StoreGeneration(Optional.empty(), 0);
    }
  }

  byte[] bytes(ObjectMapper mapper) {
    try {
      return mapper.writeValueAsBytes(
          mapper
              .createObjectNode()
              .put("format", FORMAT)
              .put("installation_id", installationId.orElseThrow().toString())
              .put("generation", generation));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
