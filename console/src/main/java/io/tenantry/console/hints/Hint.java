package io.tenantry.console.hints;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * Says what has changed, so that the app reads it again. It holds ids only: what they stand for is
 * read from the services, which decide what the caller may see.
 */
final class Hint {

  /** Anything may have changed. */
  static final String ALL = new JsonObject().put("kind", "all").put("id", "").encode();

  private static final String PREFIX = "io.tenantry.";

  private Hint() {}

  /**
   * The hint of an event.
   *
   * @param type the attribute {@code type}, such as {@code io.tenantry.backup.completed.v1}
   * @param data the event's data
   * @return JSON on one line; empty if the event is none that browsers need
   */
  static Optional<String> of(String type, JsonObject data) {
    if (!type.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String noun = type.substring(PREFIX.length()).split("\\.", 2)[0];
    String kind =
        switch (noun) {
          case "backup", "restore", "drill", "migration", "campaign" -> noun;
          default -> "tenant";
        };
    return id(data, kind + "_id")
        .map(
            id -> {
              JsonObject hint = new JsonObject().put("kind", kind).put("id", id);
              id(data, "tenant_id").ifPresent(tenant -> hint.put("tenant_id", tenant));
              id(data, "campaign_id").ifPresent(campaign -> hint.put("campaign_id", campaign));
              return hint.encode();
            });
  }

  private static Optional<String> id(JsonObject data, String name) {
    return data.getValue(name) instanceof String id && id.matches("[0-9a-fA-F-]{36}")
        ? Optional.of(id)
        : Optional.empty();
  }
}
