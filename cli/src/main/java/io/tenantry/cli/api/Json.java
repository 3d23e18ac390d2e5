package io.tenantry.cli.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as trees: answers are shown unchanged, so that fields of newer services are shown, too. */
public final class Json {

  /** The mapper for all JSON; a file of a blueprint is one string of up to 64 MiB. */
  public static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(64 << 20).build())
              .build());

  private Json() {}

  /** A new, empty object. */
  public static Body body() {
    return new Body(MAPPER.createObjectNode());
  }

  /** As compact text. */
  public static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Builds the body of a request. */
  public record Body(ObjectNode node) {

    /** Adds a field; null and empty values are omitted. */
    public Body with(String name, @Nullable Object value) {
      boolean absent =
          value == null
              || (value instanceof Collection<?> all && all.isEmpty())
              || (value instanceof Map<?, ?> map && map.isEmpty());
      if (!absent) {
        node.set(name, MAPPER.valueToTree(value));
      }
      return this;
    }

    /** Adds an object; an empty one is omitted. */
    public Body with(String name, Body object) {
      if (!object.node.isEmpty()) {
        node.set(name, object.node);
      }
      return this;
    }
  }
}
