package io.tenantry.backup;

import io.tenantry.kernel.job.Job;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/** The answer to a request for long work. */
public final class Accepted {

  private Accepted() {}

  /** 202, with the job to follow. */
  public static Response of(Job job) {
    return Response.accepted(job).location(URI.create(Job.PATH + job.id())).build();
  }
}
