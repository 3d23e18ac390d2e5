package io.tenantry.backup;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.tenantry.kernel.idempotency.IdempotencyFilter;
import io.tenantry.kernel.job.Job;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;

/** The answer to a request for long work. */
public final class Accepted {

  private Accepted() {}

  /** 202, with the job to follow. */
  public static Response of(Job job) {
    return Response.accepted(job).location(URI.create(Job.PATH + job.id())).build();
  }

  /**
   * A deduplication key for the request that is being answered. It is bound to the caller, the
   * {@code Idempotency-Key} and the whole request: with another body it is another key.
   *
   * @param idempotencyKey the request's header; null if it has none
   */
  public static Optional<String> key(String operation, String idempotencyKey) {
    return Optional.ofNullable(idempotencyKey).map(key -> operation + " " + fingerprint());
  }

  private static String fingerprint() {
    return Arc.container()
        .instance(CurrentVertxRequest.class)
        .get()
        .getCurrent()
        .get(IdempotencyFilter.FINGERPRINT);
  }
}
