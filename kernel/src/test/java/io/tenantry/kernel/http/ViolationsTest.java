package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.error.FieldError;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Bean Validation finds is reported under the names of the API. */
class ViolationsTest {

  private static final Validator VALIDATOR =
      Validation.buildDefaultValidatorFactory().getValidator();

  record Key(@Pattern(regexp = "[a-z]+", message = "must be a-z") String keyPrefix) {}

  record Body(
      @NotNull(message = "is required") String ownerId,
      @Valid List<Key> apiKeys,
      List<@Pattern(regexp = "[a-z]+", message = "is no scope") String> scopes) {}

  private static List<FieldError> errors(Body body) {
    return Violations.of(VALIDATOR.validate(body));
  }

  @Test
  void namesFieldsInSnakeCaseAndElementsByTheirIndex() {
    assertThat(
            errors(
                new Body(null, List.of(new Key("ok"), new Key("NO")), List.of("read", "W", "x"))))
        .containsExactly(
            new FieldError("api_keys[1].key_prefix", "must be a-z"),
            new FieldError("owner_id", "is required"),
            new FieldError("scopes[1]", "is no scope"));
  }

  @Test
  void reportsNothingOfAValidBody() {
    assertThat(errors(new Body("a", List.of(), List.of("read")))).isEmpty();
  }
}
