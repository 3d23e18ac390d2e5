package io.tenantry.tenant.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.Page;
import io.tenantry.tenant.webhook.delivery.DeliveryFilter;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The query parameters that filter deliveries. */
@RegisterForReflection
record DeliveryQuery(
    @RestQuery("endpoint_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be an id")
        @Nullable String endpointId,
    @RestQuery
        @Pattern(
            regexp = "pending|delivered|failed",
            message = "must be pending, delivered or failed")
        @Nullable String status,
    @RestQuery @Size(max = 100, message = "must have at most 100 characters") @Nullable String type,
    @Schema(description = "The start of the period, inclusive, RFC 3339") @RestQuery
        @Nullable String from,
    @Schema(description = "The end of the period, exclusive, RFC 3339") @RestQuery
        @Nullable String to) {

  /**
   * The filter.
   *
   * @param tenantId the tenant that the events are about; null for any
   */
  DeliveryFilter filter(@Nullable String tenantId) {
    List<FieldError> errors = new ArrayList<>();
    DeliveryFilter filter =
        new DeliveryFilter(
            id(endpointId),
            id(tenantId),
            status,
            type,
            time("from", from, errors),
            time("to", to, errors));
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    return filter;
  }

  private static @Nullable UUID id(@Nullable String text) {
    return Optional.ofNullable(text).map(UUID::fromString).orElse(null);
  }

  private static @Nullable Instant time(
      String field, @Nullable String text, List<FieldError> errors) {
    if (text == null) {
      return null;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() >= 1970 && time.getYear() <= 9999) {
        return time.toInstant();
      }
    } catch (DateTimeException e) {
      // Reported below, like a year out of range.
    }
    errors.add(new FieldError(field, "must be an RFC 3339 timestamp"));
    return null;
  }
}
