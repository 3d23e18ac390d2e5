package io.tenantry.ingestion.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.kernel.error.FieldError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * The Avro schema {@code IngestionEvent} of file events. It reads plain JSON, in which an optional
 * field is present or absent, without Avro's JSON encoding of unions.
 */
public final class FileEventSchema {

  /** The CloudEvents type of file events. */
  public static final String TYPE = "io.tenantry.file.ingested.v1";

  private static final Map<String, Rule> RULES =
      Map.of(
          "file_hash", new Rule("[0-9a-fA-F]{64}", "must be 64 hex digits"),
          "s3_uri", new Rule("s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+", "must be s3://bucket/key"),
          "original_filename", new Rule(".+", "must not be empty"),
          "mime_type",
              new Rule(
                  "[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;.*)?",
                  "must be a media type, such as text/plain"));

  private final Schema schema;

  public FileEventSchema() {
    try (InputStream source =
        FileEventSchema.class.getResourceAsStream("/avro/IngestionEvent.avsc")) {
      this.schema = new Schema.Parser().parse(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Rule(Pattern pattern, String message) {
    Rule(String pattern, String message) {
      this(Pattern.compile(pattern, Pattern.DOTALL), message);
    }
  }

  /** The Avro schema. */
  public Schema schema() {
    return schema;
  }

  /**
   * Reads a file event.
   *
   * @param json the event's data
   * @param errors receives an error for every invalid field; the result is valid only if none is
   *     added
   */
  public GenericRecord read(JsonNode json, List<FieldError> errors) {
    GenericRecord event = new GenericData.Record(schema);
    if (!json.isObject()) {
      errors.add(new FieldError("data", "must be a JSON object"));
      return event;
    }
    for (Schema.Field field : schema.getFields()) {
      JsonNode value = json.get(field.name());
      String path = "data." + field.name();
      if (value == null || value.isNull()) {
        if (!field.schema().isNullable()) {
          errors.add(new FieldError(path, "is required"));
        }
      } else {
        event.put(field.pos(), value(field.schema(), value, path, errors));
        Rule rule = RULES.get(field.name());
        if (rule != null
            && value.isTextual()
            && !rule.pattern().matcher(value.textValue()).matches()) {
          errors.add(new FieldError(path, rule.message()));
        }
      }
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (schema.getField(name) == null) {
                errors.add(new FieldError("data." + name, "is not a known field"));
              }
            });
    return event;
  }

  private static Object value(Schema schema, JsonNode json, String path, List<FieldError> errors) {
    return switch (schema.getType()) {
      case UNION -> value(schema.getTypes().getLast(), json, path, errors);
      case STRING -> json.isTextual() ? json.textValue() : refuse(path, "must be a string", errors);
      case LONG ->
          json.isIntegralNumber() && json.canConvertToLong() && json.longValue() >= 0
              ? (Object) json.longValue()
              : refuse(path, "must be an integer: milliseconds since 1970-01-01T00:00:00Z", errors);
      case ENUM ->
          json.isTextual() && schema.hasEnumSymbol(json.textValue())
              ? new GenericData.EnumSymbol(schema, json.textValue())
              : refuse(
                  path, "must be one of " + String.join(", ", schema.getEnumSymbols()), errors);
      case MAP -> map(schema, json, path, errors);
      default -> throw new IllegalStateException("IngestionEvent has no " + schema.getType());
    };
  }

  private static Object map(Schema schema, JsonNode json, String path, List<FieldError> errors) {
    if (!json.isObject()) {
      return refuse(path, "must be an object", errors);
    }
    Map<String, Object> map = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      map.put(
          entry.getKey(),
          value(schema.getValueType(), entry.getValue(), path + "." + entry.getKey(), errors));
    }
    return map;
  }

  private static String refuse(String path, String message, List<FieldError> errors) {
    errors.add(new FieldError(path, message));
    return "";
  }
}
