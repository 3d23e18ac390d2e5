package io.tenantry.kernel.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InvalidRequestTest {

  @Test
  @Tag("N3")
  void messageNamesTheFieldsForTheLogAndDetailLeavesThemToTheAnswer() {
    InvalidRequest invalid =
        new InvalidRequest(
            List.of(
                new FieldError("isolation", "must be one of database, schema"),
                new FieldError("naming", "is required")));

    assertThat(invalid)
        .hasMessage(
            "2 fields are invalid. isolation must be one of database, schema; naming is required");
    assertThat(invalid.detail()).isEqualTo("2 fields are invalid.");
  }

  @Test
  @Tag("N3")
  void messageHasABound() {
    InvalidRequest invalid =
        new InvalidRequest(Collections.nCopies(1000, new FieldError("name", "is required")));

    assertThat(invalid.getMessage()).startsWith("1000 fields are invalid.").endsWith("; …");
    assertThat(invalid.getMessage()).hasSizeLessThan(500);
    assertThat(invalid.errors()).hasSize(1000);
  }
}
