package io.tenantry.kernel.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ValidationException;
import jakarta.validation.Validator;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a JSON body into a record and validates it, so that resource methods receive valid input
 * only: 400 for invalid JSON, otherwise one 422 that lists every unknown field, wrong type and
 * violated constraint.
 */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
public final class JsonBodyReader implements MessageBodyReader<Record> {

  /** The limit of errors in an answer. */
  private static final int MOST_ERRORS = 50;

  private final ObjectMapper mapper;
  private final Validator validator;

  public JsonBodyReader(ObjectMapper mapper, Validator validator) {
    this.mapper = mapper;
    this.validator = validator;
  }

  @Override
  public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mt) {
    return type.isRecord();
  }

  @Override
  public Record readFrom(
      Class<Record> type,
      Type generic,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body) {
    // The server itself cuts off far larger bodies.
    MaxBody limit = type.getAnnotation(MaxBody.class);
    int largest = limit == null ? MaxBody.DEFAULT : limit.value();
    byte[] bytes = bytes(body, largest);
    if (bytes.length > largest) {
      throw new TenantryException(
          ErrorCode.PAYLOAD_TOO_LARGE, "The body has more than " + largest + " bytes.");
    }
    return read(bytes, type);
  }

  private static byte[] bytes(InputStream body, int largest) {
    try {
      return body.readNBytes(largest + 1);
    } catch (IOException e) {
      // The caller closed the connection: this is not a fault of the service.
      throw new TenantryException(ErrorCode.BAD_REQUEST, "The body is not complete.", e);
    }
  }

  /**
   * Reads and validates a body.
   *
   * @throws InvalidRequest if it is JSON, but not a valid {@code type}, or exceeds a limit
   * @throws TenantryException {@code MALFORMED_JSON} if it is not JSON
   */
  public <T extends Record> T read(byte[] body, Class<T> type) {
    JsonNode json = parse(body);
    if (!json.isObject()) {
      throw new InvalidRequest("", "must be a JSON object");
    }
    List<FieldError> errors = new ArrayList<>();
    findNul(json, "", errors);
    Optional<T> request = convert(json, type, errors);
    request.ifPresent(
        read ->
            Violations.of(validate(read)).stream()
                .filter(violation -> errors.stream().noneMatch(error -> tells(error, violation)))
                .toList()
                .forEach(errors::add));
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    return request.orElseThrow();
  }

  private <T> Set<ConstraintViolation<T>> validate(T request) {
    try {
      return validator.validate(request);
    } catch (ValidationException e) {
      // A constraint whose query fails because the database is unavailable.
      throw e.getCause() instanceof TenantryException known ? known : e;
    }
  }

  /** Whether a violation only results from an invalid field that was removed. */
  private static boolean tells(FieldError error, FieldError violation) {
    return error.field().equals(violation.field())
        || error.field().startsWith(violation.field() + "[");
  }

  private JsonNode parse(byte[] body) {
    try {
      JsonNode json = mapper.readTree(body);
      if (json.isMissingNode()) {
        throw new TenantryException(ErrorCode.MALFORMED_JSON, "The body is empty.");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new TenantryException(ErrorCode.MALFORMED_JSON, "The body is not UTF-8.", e);
    }
  }

  /** Reports the position only: Jackson's own message quotes the body. */
  private static TenantryException malformed(JsonProcessingException e) {
    if (e instanceof StreamConstraintsException limit) {
      return new InvalidRequest("", JsonLimits.describe(limit));
    }
    String where =
        e.getLocation() == null
            ? ""
            : " at line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return new TenantryException(
        ErrorCode.MALFORMED_JSON, "The body is not valid JSON" + where + ".", e);
  }

  /**
   * Jackson stops at the first error: record it, remove the field, and read again until no error is
   * left. Returns empty if the invalid part cannot be removed.
   */
  private <T> Optional<T> convert(JsonNode json, Class<T> type, List<FieldError> errors) {
    while (true) {
      try {
        return Optional.of(mapper.treeToValue(json, type));
      } catch (JsonMappingException e) {
        errors.add(new FieldError(path(e.getPath()), message(e)));
        if (errors.size() >= MOST_ERRORS || !remove(json, e.getPath())) {
          return Optional.empty();
        }
      } catch (JsonProcessingException e) {
        throw malformed(e);
      }
    }
  }

  private static String path(List<JsonMappingException.Reference> path) {
    return path.stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  private static String message(JsonMappingException e) {
    if (e instanceof UnrecognizedPropertyException) {
      return "is not a known field";
    }
    if (e instanceof InvalidFormatException wrong && wrong.getTargetType().isEnum()) {
      return Arrays.stream(wrong.getTargetType().getEnumConstants())
          .map(Object::toString)
          .collect(Collectors.joining(", ", "must be one of ", ""));
    }
    return "has the wrong type or format";
  }

  private static boolean remove(JsonNode json, List<JsonMappingException.Reference> path) {
    if (path.isEmpty()) {
      return false;
    }
    JsonNode parent = json;
    for (JsonMappingException.Reference step : path.subList(0, path.size() - 1)) {
      parent =
          step.getFieldName() == null
              ? parent.path(step.getIndex())
              : parent.path(step.getFieldName());
    }
    JsonMappingException.Reference last = path.getLast();
    return switch (parent) {
      case ObjectNode object -> object.remove(last.getFieldName()) != null;
      // Replaced by null instead of removed: the elements behind it keep their indexes.
      case ArrayNode array when !array.path(last.getIndex()).isNull() -> {
        array.setNull(last.getIndex());
        yield true;
      }
      default -> false;
    };
  }

  /** PostgreSQL cannot store the NUL character in text or jsonb. */
  private static void findNul(JsonNode node, String path, List<FieldError> errors) {
    if (errors.size() >= MOST_ERRORS) {
      return;
    }
    if (node.isTextual() && node.textValue().indexOf('\0') >= 0) {
      errors.add(new FieldError(path, "must not contain the character NUL"));
    }
    for (var field : node.properties()) {
      if (field.getKey().indexOf('\0') >= 0) {
        errors.add(new FieldError(path, "must not contain the character NUL in a name"));
      }
      String name = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      findNul(field.getValue(), name, errors);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        findNul(node.get(i), path + "[" + i + "]", errors);
      }
    }
  }
}
