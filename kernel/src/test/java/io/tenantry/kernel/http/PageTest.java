package io.tenantry.kernel.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A page is cut off a query that asked for one item more. */
class PageTest {

  private static Page<String> page(String... found) {
    return Page.of(List.of(found), 2, item -> "key of " + item);
  }

  @Test
  void namesTheLastItemOfThePageAsTheNextOnesStart() {
    assertThat(page("a", "b", "c"))
        .isEqualTo(new Page<>(List.of("a", "b"), Optional.of("key of b")));
  }

  @Test
  void hasNoNextPageIfNothingIsLeft() {
    assertThat(page("a", "b")).isEqualTo(new Page<>(List.of("a", "b"), Optional.empty()));
    assertThat(page("a")).isEqualTo(new Page<>(List.of("a"), Optional.empty()));
    assertThat(page()).isEqualTo(new Page<>(List.of(), Optional.empty()));
  }
}
