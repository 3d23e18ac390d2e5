package io.tenantry.backup;

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

  /** A deduplication key from the caller's {@code Idempotency-Key}, which is its own only. */
  public static Optional<String> key(String operation, String idempotencyKey) {
    return Optional.ofNullable(idempotencyKey).map(key -> operation + " " + key);
  }
}
