package io.tenantry.ingestion.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tenantry.ingestion.event.Event;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which answer follows from the outcomes of a request's events. */
@Tag("I5")
class OutcomesTest {

  private static final Submission.Item EVENT =
      new Submission.Valid(
          new Event(
              UUID.randomUUID(),
              "s",
              "1",
              "t",
              Optional.empty(),
              Optional.empty(),
              Event.JSON,
              Map.of(),
              new byte[0]),
          Submission.Identity.SENDER);
  private final TenantryException noBroker =
      new TenantryException(ErrorCode.KAFKA_UNAVAILABLE, "No broker answers.");

  private static Outcomes of(Submission.Shape shape, int count) {
    return new Outcomes(new Submission(shape, Collections.nCopies(count, EVENT)));
  }

  private static List<FieldError> error(String field) {
    return List.of(new FieldError(field, "is required"));
  }

  @Test
  void answersSingleEventWithItsOutcome() {
    Outcomes outcomes = of(Submission.Shape.SINGLE, 1);
    outcomes.accepted(0, "e1");

    assertThat(outcomes.status()).isEqualTo(202);
    assertThat(outcomes.body())
        .isEqualTo(
            new Outcomes.Outcome(Optional.of("e1"), Outcomes.Kind.ACCEPTED, Optional.empty()));
  }

  @Test
  void answersEmptyBatchWith202() {
    Outcomes outcomes = of(Submission.Shape.BATCH, 0);

    assertThat(outcomes.status()).isEqualTo(202);
    assertThat(outcomes.body()).isEqualTo(new Outcomes.Batch(0, 0, List.of()));
  }

  @Test
  void answersPartlyAcceptedBatchWith207() {
    Outcomes outcomes = of(Submission.Shape.BATCH, 3);
    outcomes.accepted(0, "e1");
    outcomes.invalid(1, error("type"));
    outcomes.failed(2, "e3", new CompletionException(noBroker));

    assertThat(outcomes.status()).isEqualTo(207);
    Outcomes.Batch batch = (Outcomes.Batch) outcomes.body();
    assertThat(batch.accepted()).isOne();
    assertThat(batch.refused()).isEqualTo(2);
    assertThat(batch.events())
        .extracting(event -> event.problem().map(problem -> problem.code()))
        .containsExactly(
            Optional.empty(),
            Optional.of(ErrorCode.VALIDATION_FAILED),
            Optional.of(ErrorCode.KAFKA_UNAVAILABLE));
    assertThat(batch.events().get(1).eventId()).isEmpty();
    assertThat(batch.events().get(2).eventId()).contains("e3");
  }

  @Test
  void namesFieldsWithTheirEventWhenAllAreInvalid() {
    Outcomes outcomes = of(Submission.Shape.BATCH, 2);
    outcomes.invalid(0, error("type"));
    outcomes.invalid(1, error(""));

    assertThat(outcomes.problem())
        .asInstanceOf(type(InvalidRequest.class))
        .satisfies(
            problem ->
                assertThat(problem.errors())
                    .extracting(FieldError::field)
                    .containsExactly("[0].type", "[1]"));
  }

  @Test
  void namesFieldsOfSingleEventWithoutIndex() {
    Outcomes outcomes = of(Submission.Shape.SINGLE, 1);
    outcomes.invalid(0, error("type"));

    assertThat(((InvalidRequest) outcomes.problem()).errors()).isEqualTo(error("type"));
  }

  @Test
  void reportsFailureOfValidEventBeforeInvalidOnes() {
    Outcomes outcomes = of(Submission.Shape.BATCH, 2);
    outcomes.invalid(0, error("type"));
    outcomes.failed(1, "e2", noBroker);

    assertThat(outcomes.problem()).isSameAs(noBroker);
  }

  @Test
  void limitsReportedErrors() {
    Outcomes outcomes = of(Submission.Shape.BATCH, 200);
    IntStream.range(0, 200).forEach(i -> outcomes.invalid(i, error("type")));

    assertThat(((InvalidRequest) outcomes.problem()).errors()).hasSize(50);
  }

  @Test
  void hidesDetailsOfUnexpectedFailures() {
    Outcomes outcomes = of(Submission.Shape.BATCH, 2);
    outcomes.accepted(0, "e1");
    outcomes.failed(1, "e2", new IllegalStateException("secret detail"));

    assertThat(outcomes.body().toString())
        .contains("INTERNAL_ERROR")
        .doesNotContain("secret detail");
  }
}
