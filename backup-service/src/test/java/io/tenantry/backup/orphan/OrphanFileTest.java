package io.tenantry.backup.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P13")
@Tag("B6")
class OrphanFileTest {

  /** All others may be the only copy of something. */
  @Test
  void removesOnlyLeftoversOfRecordsAndWhatIsNoBackup() {
    assertThat(Stream.of(OrphanFile.Kind.values()).filter(OrphanFile.Kind::isRemovable))
        .containsExactlyInAnyOrder(OrphanFile.Kind.LEFTOVER, OrphanFile.Kind.NO_BACKUP);
  }
}
