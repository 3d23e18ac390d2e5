package io.tenantry.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P13")
class StoreStateTest {

  @Test
  void onlyOwnAndUnclaimedStoresAreWritten() {
    assertThat(Stream.of(StoreState.values()).filter(StoreState::isWritable))
        .containsExactlyInAnyOrder(StoreState.OURS, StoreState.UNCLAIMED);
  }

  @Test
  void advisesOperatorUnlessStoreIsOwn() {
    assertThat(StoreState.OURS.advice()).isEmpty();
    assertThat(EnumSet.complementOf(EnumSet.of(StoreState.OURS)))
        .allSatisfy(state -> assertThat(state.advice()).endsWith("."));
  }
}
