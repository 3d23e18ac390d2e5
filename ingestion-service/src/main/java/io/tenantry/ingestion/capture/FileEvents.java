package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.event.FileEventSchema;
import io.tenantry.kernel.error.FieldError;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;

/** Checks file events against the schema {@code IngestionEvent}. */
@Singleton
final class FileEvents {

  private final FileEventSchema schema = new FileEventSchema();
  private final ObjectMapper mapper;

  FileEvents(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** Adds what is wrong with a file event; of events of other types it knows nothing. */
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
      // What Jackson says of it may quote the data.
      errors.add(new FieldError("data", "has a name twice in an object"));
    }
  }
}
