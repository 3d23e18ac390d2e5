package io.tenantry.kernel.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.tenantry.kernel.http.JsonLimits;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads the data of CloudEvents. Unlike requests, events may have fields that this version of
 * Tenantry does not know.
 */
@Singleton
public final class EventReader {

  private final ObjectReader json;

  EventReader(ObjectMapper mapper) {
    this.json =
        mapper
            .reader()
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * The event's data; empty if this version does not know its type.
   *
   * @throws InvalidEvent if the data does not match the type
   */
  public Optional<Event> read(CloudEvent event) {
    return EventType.byId(event.type()).map(type -> read(event.data(), type));
  }

  // Jackson's exceptions quote the data, so they are not kept as causes.

  private Event read(String data, EventType type) {
    JsonNode tree;
    try {
      tree = json.readTree(data);
    } catch (StreamConstraintsException e) {
      throw new InvalidEvent("the data " + JsonLimits.describe(e));
    } catch (JsonProcessingException e) {
      throw new InvalidEvent("the data is not JSON");
    }
    if (!tree.path(type.subjectField()).isTextual()) {
      throw new InvalidEvent("the data has no " + type.subjectField());
    }
    try {
      return json.treeToValue(tree, type.data());
    } catch (JsonProcessingException e) {
      throw new InvalidEvent("the data is not a valid " + type.id() + at(e));
    }
  }

  private static String at(JsonProcessingException e) {
    return e instanceof JsonMappingException mapping
        ? mapping.getPath().stream()
            .map(step -> String.valueOf(step.getFieldName()))
            .collect(Collectors.joining(".", ", see its field ", ""))
        : "";
  }
}
