package io.tenantry.backup;

import io.tenantry.kernel.job.Job;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/** The response to a request that starts a job. */
public final class Accepted {

  private Accepted() {}

  /** Responds with 202, the job and its URL. */
  public static Response of(Job job) {
    return Response.accepted(job).location(URI.create(Job.PATH + job.id())).build();
  }
}
