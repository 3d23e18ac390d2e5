package io.tenantry.kernel.kafka;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import org.jspecify.annotations.Nullable;

/** No Kafka broker could be reached, or no broker responded in time. */
public final class KafkaUnavailable extends TenantryException {

  private static final long serialVersionUID = 1L;

  public KafkaUnavailable(@Nullable Throwable cause) {
    super(
        ErrorCode.KAFKA_UNAVAILABLE, "Kafka is unavailable at the moment; try again later.", cause);
  }
}
