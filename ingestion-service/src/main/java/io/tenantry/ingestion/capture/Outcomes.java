package io.tenantry.ingestion.capture;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.ingestion.http.HttpResponses;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.ProblemDetail;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** The outcome of each event of a request, and the response to the request. */
final class Outcomes {

  /** Maximum number of errors in a response. */
  private static final int MAX_ERRORS = 50;

  private final Submission.Shape shape;
  private final Outcome[] outcomes;
  private final Throwable[] failures;

  Outcomes(Submission submission) {
    this.shape = submission.shape();
    this.outcomes = new Outcome[submission.items().size()];
    this.failures = new Throwable[outcomes.length];
  }

  /**
   * The outcome of an event.
   *
   * @param eventId its id; absent if it could not be read
   * @param problem why it was refused
   */
  @RegisterForReflection
  record Outcome(Optional<String> eventId, Kind outcome, Optional<ProblemDetail> problem) {}

  /** Whether an event was accepted. */
  @RegisterForReflection
  enum Kind {
    ACCEPTED,
    REFUSED;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The response to a list of events, with the outcomes in the same order. */
  @RegisterForReflection
  record Batch(int accepted, int refused, List<Outcome> events) {}

  void accepted(int index, String eventId) {
    outcomes[index] = new Outcome(Optional.of(eventId), Kind.ACCEPTED, Optional.empty());
  }

  void invalid(int index, List<FieldError> errors) {
    refused(index, Optional.empty(), new InvalidRequest(errors), errors);
  }

  void failed(int index, String eventId, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    refused(index, Optional.of(eventId), cause, List.of());
  }

  private void refused(
      int index, Optional<String> eventId, Throwable cause, List<FieldError> errors) {
    ErrorCode code =
        cause instanceof TenantryException known ? known.code() : ErrorCode.INTERNAL_ERROR;
    String detail = cause instanceof TenantryException known ? known.detail() : code.title() + ".";
    failures[index] = cause;
    outcomes[index] =
        new Outcome(eventId, Kind.REFUSED, Optional.of(ProblemDetail.of(code, detail, errors)));
  }

  /**
   * Sends 202 if all events were accepted, and 207 if only some were. If none was accepted, it
   * sends a problem: the validation errors if all events are invalid, else the failure of the first
   * valid event.
   */
  void answer(RoutingContext context, HttpResponses answers) {
    int accepted = (int) Arrays.stream(outcomes).filter(o -> o.outcome() == Kind.ACCEPTED).count();
    if (accepted == 0 && outcomes.length > 0) {
      answers.fail(context, problem());
    } else if (shape == Submission.Shape.SINGLE) {
      answers.send(context, 202, outcomes[0]);
    } else {
      for (Outcome outcome : outcomes) {
        outcome.problem().ifPresent(problem -> answers.countRefused(problem.code()));
      }
      answers.send(
          context,
          accepted == outcomes.length ? 202 : 207,
          new Batch(accepted, outcomes.length - accepted, List.of(outcomes)));
    }
  }

  private Throwable problem() {
    List<FieldError> errors = new ArrayList<>();
    for (int i = 0; i < outcomes.length && errors.size() < MAX_ERRORS; i++) {
      if (!(failures[i] instanceof InvalidRequest invalid)) {
        return failures[i];
      }
      for (FieldError error : invalid.errors()) {
        errors.add(shape == Submission.Shape.SINGLE ? error : within(i, error));
      }
    }
    return new InvalidRequest(errors);
  }

  private static FieldError within(int index, FieldError error) {
    String element = "[" + index + "]";
    return new FieldError(
        error.field().isEmpty() ? element : element + "." + error.field(), error.message());
  }
}
