package io.tenantry.operator.api;

import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;

/** Makes an {@link ApiException} of a refusal. */
public final class ProblemMapper implements ResponseExceptionMapper<ApiException> {

  @Override
  public ApiException toThrowable(Response response) {
    return new ApiException(response.getStatus(), problem(response), retryAfter(response));
  }

  private static Problem problem(Response response) {
    try {
      Problem problem = response.readEntity(Problem.class);
      if (problem != null) {
        return problem;
      }
    } catch (ProcessingException | IllegalStateException e) {
      // The response is not from a service but from something in between, such as an ingress.
    }
    return new Problem(
        ApiException.UNKNOWN_CODE,
        "The response has the status " + response.getStatus() + " and no problem detail.",
        false,
        List.of());
  }

  private static Optional<Duration> retryAfter(Response response) {
    return Optional.ofNullable(response.getHeaderString(HttpHeaders.RETRY_AFTER))
        .filter(value -> value.matches("\\d{1,6}"))
        .map(value -> Duration.ofSeconds(Long.parseLong(value)));
  }
}
