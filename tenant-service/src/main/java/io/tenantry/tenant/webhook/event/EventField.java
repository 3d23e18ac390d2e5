package io.tenantry.tenant.webhook.event;

import java.util.Locale;

/**
 * A field of an event's data.
 *
 * @param isOptional whether it may be absent
 * @param example a value of its kind
 */
public record EventField(
    String name, Kind kind, String description, Object example, boolean isOptional) {

  /** The type of a field, by its name in JSON Schema. */
  public enum Kind {
    STRING,
    INTEGER,
    BOOLEAN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static EventField uuid(String name, String description) {
    return text(name, description, "0198c5d2-7f3a-7c1e-9b64-3d5a8e2f1c47");
  }

  static EventField text(String name, String description, String example) {
    return new EventField(name, Kind.STRING, description, example, false);
  }

  static EventField number(String name, String description, int example) {
    return new EventField(name, Kind.INTEGER, description, example, false);
  }

  static EventField flag(String name, String description) {
    return new EventField(name, Kind.BOOLEAN, description, true, false);
  }

  EventField optional() {
    return new EventField(name, kind, description, example, true);
  }

  /** Whether its values are UUIDs. */
  public boolean isId() {
    return name.endsWith("_id");
  }
}
