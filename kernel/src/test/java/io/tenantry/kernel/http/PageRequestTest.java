package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.error.FieldError;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages may be asked for, and what is answered to any other. */
class PageRequestTest {

  private static final String ID = "0197d6a5-1c7e-7000-8000-000000000001";
  private static final Validator VALIDATOR =
      Validation.buildDefaultValidatorFactory().getValidator();

  /** As a resource method takes the two. */
  static final class Resource {

    void list(@Valid PageRequest page) {}

    void listNumbered(@Valid NumberedPageRequest page) {}
  }

  private static List<FieldError> errors(String method, Record page) {
    try {
      return Violations.of(
          VALIDATOR
              .forExecutables()
              .validateParameters(
                  new Resource(),
                  Resource.class.getDeclaredMethod(method, page.getClass()),
                  new Object[] {page}));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "9", "10", "99", "100", "499", "500"})
  void acceptsLimitOf1To500(String limit) {
    PageRequest page = new PageRequest(limit, ID);

    assertThat(errors("list", page)).isEmpty();
    assertThat(page.size()).isEqualTo(Integer.parseInt(limit));
    assertThat(page.afterId()).contains(UUID.fromString(ID));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "01", "-1", "501", "1000", "ten"})
  void refusesAnyOtherLimitUnderItsName(String limit) {
    FieldError error = new FieldError("limit", "must be 1 to 500");

    assertThat(errors("list", new PageRequest(limit, null))).containsExactly(error);
    assertThat(errors("listNumbered", new NumberedPageRequest(limit, null))).containsExactly(error);
  }

  @Test
  void startsWithFirstPage() {
    assertThat(new PageRequest("1", null).afterId()).isEqualTo(Optional.empty());
    assertThat(new NumberedPageRequest("1", null).afterNumber()).isEqualTo(Optional.empty());
  }

  @Test
  void refusesToGoOnAfterWhatIsNoId() {
    assertThat(errors("list", new PageRequest("1", "7")))
        .containsExactly(new FieldError("after", "must be an id"));
  }

  @ParameterizedTest
  @CsvSource({"-1", "x", "1234567890123456789"})
  void refusesToGoOnAfterWhatIsNoNumber(String after) {
    assertThat(errors("listNumbered", new NumberedPageRequest("1", after)))
        .containsExactly(new FieldError("after", "must be a number"));
  }

  @Test
  void continuesAfterLargestNumber() {
    NumberedPageRequest page = new NumberedPageRequest("1", "999999999999999999");

    assertThat(errors("listNumbered", page)).isEmpty();
    assertThat(page.afterNumber()).contains(999_999_999_999_999_999L);
  }
}
