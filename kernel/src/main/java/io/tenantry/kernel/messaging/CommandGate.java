package io.tenantry.kernel.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.kafka.TopicSpec;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides whether commands from Kafka are carried out. Kafka authenticates clients, not messages:
 * every client that may write to a command topic controls the service.
 */
@Singleton
public final class CommandGate {

  private static final Set<String> TOPICS =
      Set.of(
          TopicSpec.PROVISIONING_JOBS.name(),
          TopicSpec.BACKUP_COMMANDS.name(),
          TopicSpec.MIGRATION_COMMANDS.name());

  private final boolean enabled;
  private final Set<String> disabledTopics;

  @Inject
  CommandGate(Config config) {
    this(config.enabled(), config.disabledTopics().orElse(Set.of()));
  }

  /**
   * With these settings.
   *
   * @param enabled whether commands are carried out at all
   * @param disabledTopics topics whose commands are not
   */
  public CommandGate(boolean enabled, Set<String> disabledTopics) {
    Set<String> unknown = new TreeSet<>(disabledTopics);
    unknown.removeAll(TOPICS);
    if (!unknown.isEmpty()) {
      // A misspelt name must not silently leave a topic enabled.
      throw new IllegalStateException(
          "COMMANDS_DISABLED_TOPICS names %s; the command topics are %s"
              .formatted(unknown, new TreeSet<>(TOPICS)));
    }
    this.enabled = enabled;
    this.disabledTopics = Set.copyOf(disabledTopics);
  }

  /**
   * Refuses a command if commands are disabled for its topic.
   *
   * @throws InvalidEvent so that the command is dead-lettered, and not carried out later, when
   *     commands are enabled again
   */
  public void requireOpen(String topic) {
    if (!enabled) {
      throw new InvalidEvent("commands by Kafka are switched off: COMMANDS_ENABLED is false");
    }
    if (disabledTopics.contains(topic)) {
      throw new InvalidEvent(
          "commands on this topic are switched off: COMMANDS_DISABLED_TOPICS names " + topic);
    }
  }

  @ConfigMapping(prefix = "tenantry.commands")
  interface Config {

    /**
     * Whether commands from Kafka are carried out ({@code COMMANDS_ENABLED}). If not, each is
     * dead-lettered with that reason.
     */
    @WithDefault("true")
    boolean enabled();

    /**
     * Command topics whose commands are not carried out, comma-separated ({@code
     * COMMANDS_DISABLED_TOPICS}).
     */
    Optional<Set<String>> disabledTopics();
  }
}
