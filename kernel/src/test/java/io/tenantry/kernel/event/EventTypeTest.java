package io.tenantry.kernel.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.kafka.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the documentation says of events. */
class EventTypeTest {

  private static String documented;

  @BeforeAll
  static void read() throws IOException {
    documented = Files.readString(Path.of("../docs/events.md"));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("P1")
  void isDocumented(EventType type) {
    assertThat(documented).contains("| `" + type.id() + "` |");
  }

  @Test
  @Tag("P1")
  void documentsAllTopics() {
    assertThat(documented)
        .contains(
            TopicSpec.TENANT_EVENTS.name(),
            TopicSpec.OPERATION_EVENTS.name(),
            TopicSpec.PROVISIONING_JOBS.name(),
            TopicSpec.BACKUP_COMMANDS.name(),
            TopicSpec.MIGRATION_COMMANDS.name(),
            TopicSpec.AUDIT.name());
  }
}
