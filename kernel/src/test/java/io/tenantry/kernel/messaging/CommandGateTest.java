package io.tenantry.kernel.messaging;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.event.InvalidEvent;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands by Kafka can be switched off, all or those of a topic. */
@Tag("F18")
@Tag("P13")
class CommandGateTest {

  private static final String BACKUPS = "tenantry.backup-jobs";
  private static final String MIGRATIONS = "tenantry.migration-jobs";

  @Test
  void permitsCommandsByDefault() {
    CommandGate gate = new CommandGate(true, Set.of());

    assertThatCode(() -> gate.requireOpen(BACKUPS)).doesNotThrowAnyException();
  }

  @Test
  void refusesCommandsOfAllTopicsOrOfSome() {
    CommandGate none = new CommandGate(false, Set.of());
    CommandGate some = new CommandGate(true, Set.of(MIGRATIONS));

    assertThatThrownBy(() -> none.requireOpen(BACKUPS))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("COMMANDS_ENABLED");
    assertThatCode(() -> some.requireOpen(BACKUPS)).doesNotThrowAnyException();
    assertThatThrownBy(() -> some.requireOpen(MIGRATIONS))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("COMMANDS_DISABLED_TOPICS names " + MIGRATIONS);
  }

  @Test
  void refusesToStartWithUnknownCommandTopic() {
    assertThatThrownBy(() -> new CommandGate(true, Set.of(BACKUPS, "tenantry.backup-job")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[tenantry.backup-job]")
        .hasMessageContaining(BACKUPS);
  }
}
