package io.tenantry.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Random;

/** Generates JSON that matches, or nearly matches, a schema of an OpenAPI document. */
final class FuzzedJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int DEEPEST = 6;
  private static final String REFERENCE = "#/components/schemas/";

  private static final List<String> TEXTS =
      List.of(
          "acme",
          "production",
          "car",
          "us-east-1",
          "",
          " ",
          "\0",
          "a\0b",
          "🐘 Zürich",
          "'; DROP TABLE tenants; --",
          "{{7*7}}",
          "${jndi:ldap://127.0.0.1/x}",
          "../../etc/passwd",
          "00000000-0000-4000-8000-000000000000",
          "2026-02-30T25:61:61Z",
          "\ud800");

  private final JsonNode api;
  private final Random random;

  FuzzedJson(JsonNode api, Random random) {
    this.api = api;
    this.random = random;
  }

  JsonNode of(JsonNode schema) {
    return of(schema, 0);
  }

  private JsonNode of(JsonNode schema, int depth) {
    if (depth > DEEPEST || random.nextInt(12) == 0) {
      return anything();
    }
    if (schema.has("$ref")) {
      String name = schema.path("$ref").asText().substring(REFERENCE.length());
      return of(api.path("components").path("schemas").path(name), depth + 1);
    }
    if (schema.has("anyOf")) {
      return of(schema.path("anyOf").path(random.nextInt(schema.path("anyOf").size())), depth + 1);
    }
    if (schema.has("enum") && random.nextInt(6) > 0) {
      return schema.path("enum").path(random.nextInt(schema.path("enum").size()));
    }
    JsonNode type = schema.path("type");
    return switch (type.isArray() ? type.path(0).asText() : type.asText()) {
      case "object" -> object(schema, depth);
      case "array" -> array(schema, depth);
      case "integer", "number" -> number();
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "string" -> text();
      default -> anything();
    };
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode object = JSON.objectNode();
    for (var property : schema.path("properties").properties()) {
      if (random.nextInt(5) > 0) {
        object.set(property.getKey(), of(property.getValue(), depth + 1));
      }
    }
    if (schema.has("additionalProperties")) {
      object.set(text().asText(), of(schema.path("additionalProperties"), depth + 1));
    }
    if (random.nextInt(6) == 0) {
      object.set("unknown_field", anything());
    }
    return object;
  }

  private ArrayNode array(JsonNode schema, int depth) {
    ArrayNode array = JSON.arrayNode();
    int size = random.nextInt(20) == 0 ? 500 : random.nextInt(4);
    for (int i = 0; i < size; i++) {
      array.add(of(schema.path("items"), depth + 1));
    }
    return array;
  }

  private JsonNode number() {
    return switch (random.nextInt(6)) {
      case 0 -> JSON.numberNode(0);
      case 1 -> JSON.numberNode(-1);
      case 2 -> JSON.numberNode(new BigInteger("9".repeat(400)));
      case 3 -> JSON.numberNode(1.5);
      case 4 -> JSON.numberNode(Long.MIN_VALUE);
      default -> JSON.numberNode(random.nextInt(100));
    };
  }

  private JsonNode text() {
    return random.nextInt(20) == 0
        ? JSON.textNode("x".repeat(100_000))
        : JSON.textNode(TEXTS.get(random.nextInt(TEXTS.size())));
  }

  private JsonNode anything() {
    return switch (random.nextInt(6)) {
      case 0 -> JSON.nullNode();
      case 1 -> number();
      case 2 -> JSON.objectNode().set("a", JSON.arrayNode().add(1));
      case 3 -> JSON.arrayNode().addNull();
      case 4 -> JSON.booleanNode(true);
      default -> text();
    };
  }
}
