package io.tenantry.ingestion.instance;

import io.quarkus.runtime.StartupEvent;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.BackgroundTasks;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Creates the default instance from the environment if there is no instance yet. It has no settings
 * of its own; the defaults from the environment apply.
 */
@Singleton
final class InstanceBootstrap {

  private static final Logger LOG = Logger.getLogger(InstanceBootstrap.class);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(2);
  private static final String FALLBACK_NAME = "evolution";

  private final InstanceStore store;
  private final InstancesConfig config;
  private final Clock clock;
  private final BackgroundTasks background;

  InstanceBootstrap(
      InstanceStore store, InstancesConfig config, Clock clock, BackgroundTasks background) {
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.background = background;
  }

  void start(@Observes StartupEvent started) {
    if (config.evolutionUrl().isPresent()) {
      background.untilDone("instance-bootstrap", RETRY_DELAY, this::tryToBootstrap);
    }
  }

  private boolean tryToBootstrap() {
    try {
      bootstrap();
      return true;
    } catch (TenantryException | SqlError e) {
      LOG.warnf("creation of the default instance failed; retrying in 2s: %s", e.getMessage());
      return false;
    }
  }

  /** Creates the instance if there is none; returns whether it was created. */
  boolean bootstrap() {
    Instant now = clock.instant();
    Instance instance =
        new Instance(
            UUID.randomUUID(),
            config
                .whatsappInstance()
                .filter(name -> Instance.isName(name) && !name.equals("default"))
                .orElse(FALLBACK_NAME),
            config.tenantId(),
            "whatsapp",
            new Settings(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            Optional.empty(),
            WebhookSigning.BODY,
            false,
            true,
            now,
            now);
    boolean created =
        store.inTransaction(
            sql -> {
              if (store.count(sql) > 0) {
                return false;
              }
              store.add(sql, instance);
              store.makeDefault(sql, instance.id());
              return true;
            });
    if (created) {
      LOG.infof("default instance created from the environment instance=%s", instance.name());
    }
    return created;
  }
}
