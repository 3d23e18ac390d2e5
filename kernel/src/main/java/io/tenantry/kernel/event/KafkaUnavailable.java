package io.tenantry.kernel.event;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;

/** No Kafka broker could be reached, or none answered in time. */
public final class KafkaUnavailable extends TenantryException {

  private static final long serialVersionUID = 1L;

  public KafkaUnavailable(Throwable cause) {
    super(ErrorCode.KAFKA_UNAVAILABLE, "Kafka is not available at the moment.", cause);
  }
}
