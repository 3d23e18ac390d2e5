package io.tenantry.ingestion.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("I4")
class ResetOffsetsTest {

  private static ResetOffsets request(ResetTarget to, Instant time, Long offset) {
    return new ResetOffsets(to, time, offset, null, null);
  }

  @ParameterizedTest
  @CsvSource({"EARLIEST,,", "LATEST,,", "TIME, 2026-11-21T04:44:07Z,", "OFFSET,, 0"})
  void acceptsTargetWithWhatItNeeds(ResetTarget to, Instant time, Long offset) {
    assertThatCode(() -> request(to, time, offset).check()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "TIME,,, time, is required with to=time",
    "OFFSET,,, offset, is required with to=offset",
    "LATEST,, 1, offset, is for to=offset only",
    "EARLIEST, 2026-11-21T04:44:07Z,, time, is for to=time only",
    "OFFSET, 2026-11-21T04:44:07Z, 1, time, is for to=time only",
    "TIME, 2026-11-21T04:44:07Z, 1, offset, is for to=offset only",
  })
  void namesFieldThatIsMissingOrDoesNotBelong(
      ResetTarget to, Instant time, Long offset, String field, String message) {
    assertThatThrownBy(() -> request(to, time, offset).check())
        .asInstanceOf(type(InvalidRequest.class))
        .satisfies(e -> assertThat(e.errors()).containsExactly(new FieldError(field, message)));
  }

  @Test
  void isDryRunOnlyWhenAskedFor() {
    assertThat(request(ResetTarget.LATEST, null, null).isDryRun()).isFalse();
    assertThat(new ResetOffsets(ResetTarget.LATEST, null, null, null, true).isDryRun()).isTrue();
  }
}
