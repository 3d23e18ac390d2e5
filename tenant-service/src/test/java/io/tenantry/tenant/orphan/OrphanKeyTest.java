package io.tenantry.tenant.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.tenant.orphan.Orphan.Action;
import io.tenantry.tenant.orphan.Orphan.Kind;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An orphan is recognized at the second look, and named as the API always did. */
class OrphanKeyTest {

  @Test
  void isTheSameWhateverIsDoneWithIt() {
    assertThat(orphan(Action.REMOVE).key())
        .isEqualTo(orphan(Action.KEEP).key())
        .isEqualTo("main/schema/car_1");
  }

  @Test
  void isWrittenInLowerCase() throws Exception {
    ObjectMapper mapper = new ObjectMapper();

    assertThat(mapper.writeValueAsString(Kind.values()))
        .isEqualTo("[\"database\",\"schema\",\"role\"]");
    assertThat(mapper.writeValueAsString(Action.values()))
        .isEqualTo("[\"remove\",\"quarantine\",\"keep\"]");
  }

  private static Orphan orphan(Action action) {
    return new Orphan(
        "main", Kind.SCHEMA, "car_1", false, Optional.empty(), Optional.empty(), action);
  }
}
