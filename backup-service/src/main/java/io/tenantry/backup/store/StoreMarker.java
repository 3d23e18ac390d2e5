package io.tenantry.backup.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The object that names the installation that a folder or a bucket belongs to.
 *
 * @param installationId the installation; empty if the object cannot be read, which counts as
 *     another installation's
 * @param storeId this store, among those of the installation
 */
record StoreMarker(Optional<UUID> installationId, Optional<UUID> storeId) {

  /** The object's key. */
  static final String KEY = "tenantry-store.json";

  private static final int FORMAT = 1;

  static StoreMarker read(byte[] content, ObjectMapper mapper) {
    try {
      JsonNode json = mapper.readTree(content);
      return new StoreMarker(id(json, "installation_id"), id(json, "store_id"));
    } catch (IOException | IllegalArgumentException e) {
      return new StoreMarker(Optional.empty(), Optional.empty());
    }
  }

  private static Optional<UUID> id(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue()).map(UUID::fromString);
  }

  byte[] bytes(ObjectMapper mapper) {
    try {
      return mapper.writeValueAsBytes(
          mapper
              .createObjectNode()
              .put("format", FORMAT)
              .put("installation_id", installationId.orElseThrow().toString())
              .put("store_id", storeId.orElseThrow().toString()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  boolean isOf(UUID installation) {
    return installationId.filter(installation::equals).isPresent() && storeId.isPresent();
  }
}
