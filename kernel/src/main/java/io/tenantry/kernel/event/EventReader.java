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
 * Reads what a CloudEvent says. Unlike a request, a fact may hold fields that this version of
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
   * The event's content; empty if its type is none that this version knows.
   *
   * @throws InvalidEvent if its data is not what its type promises
   */
  public Optional<Event> read(CloudEvent event) {
    return EventType.byId(event.type()).map(type -> read(event.data(), type));
  }

  // Jackson's exceptions quote the data, so none of them is passed on as a cause.

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
      throw new InvalidEvent("the data is no " + type.id() + at(e));
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
