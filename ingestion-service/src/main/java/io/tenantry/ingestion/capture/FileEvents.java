package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.event.FileEventSchema;
import io.tenantry.kernel.error.FieldError;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;

/** Validates file events against the schema {@code IngestionEvent}. */
@Singleton
final class FileEvents {

  private final FileEventSchema schema = new FileEventSchema();
  private final ObjectMapper mapper;

  FileEvents(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Adds the errors of a file event; events of other types are not checked. */
  void check(Event event, List<FieldError> errors) {
    if (!event.type().equals(FileEventSchema.TYPE)) {
      return;
    }
    if (!Event.isJson(event.contentType()) || event.data().length == 0) {
      errors.add(new FieldError("data", "must be a JSON object"));
      return;
    }
    try {
      JsonNode data = mapper.readTree(event.data());
      schema.read(data, errors);
      JsonNode tenant = data.path("tenant_id");
      if (tenant.isTextual() && !tenant.textValue().equals(event.tenantId().toString())) {
        errors.add(new FieldError("data.tenant_id", "must be the tenant of the API key"));
      }
    } catch (IOException e) {
      // Jackson's message may quote the data.
      errors.add(new FieldError("data", "has an object with a duplicate field name"));
    }
  }
}
