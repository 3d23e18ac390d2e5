package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class BackupWarningsTest {

  @Test
  void warningNamesTenAndCountsOthers() {
    List<String> names = IntStream.rangeClosed(1, 12).mapToObj(i -> "t" + i).toList();

    assertThat(BackupWarnings.named(names.subList(0, 1))).isEqualTo("t1");
    assertThat(BackupWarnings.named(names.subList(0, 10))).endsWith("t9, t10");
    assertThat(BackupWarnings.named(names)).endsWith("t9, t10 and 2 more");
  }
}
