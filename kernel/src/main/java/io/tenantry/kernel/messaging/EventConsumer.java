package io.tenantry.kernel.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.virtual.threads.VirtualThreads;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.event.CloudEvent;
import io.tenantry.kernel.event.Event;
import io.tenantry.kernel.event.EventReader;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.runtime.BackgroundTasks;
import io.tenantry.kernel.runtime.Backoff;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Handles each event of a channel exactly once: a handler's writes and the inbox entry of the event
 * are one transaction. While the database is unavailable, the event is retried; only an invalid
 * message fails.
 *
 * <p>Easy to get wrong: a message that fails is dead-lettered. So a message that was interrupted by
 * a shutdown must neither succeed nor fail: it is delivered again.
 */
@Singleton
@IfBuildProperty(name = "tenantry.inbox.enabled", stringValue = "true")
public final class EventConsumer {

  private static final Logger LOG = Logger.getLogger(EventConsumer.class);

  private final EventReader reader;
  private final Inbox inbox;
  private final Database database;
  private final InboxConfig config;
  private final ExecutorService threads;
  private final MeterRegistry meters;
  private final BackgroundTasks background;

  EventConsumer(
      EventReader reader,
      Inbox inbox,
      Database database,
      InboxConfig config,
      @VirtualThreads ExecutorService threads,
      MeterRegistry meters,
      BackgroundTasks background) {
    this.reader = reader;
    this.inbox = inbox;
    this.database = database;
    this.config = config;
    this.threads = threads;
    this.meters = meters;
    this.background = background;
    for (Outcome outcome : Outcome.values()) {
      counter(outcome);
    }
  }

  /**
   * Handles one message; the result is the return value of a channel's method. The channel calls
   * again when the previous stage is complete, and so keeps the order.
   *
   * @param kind the events that the channel handles; others are ignored
   * @param handler gets the transaction; called again with a new one if the database fails
   * @return completes when the message was handled or ignored; fails if it can never be handled
   */
  public <E extends Event> CompletionStage<Void> consume(
      ConsumerRecord<?, byte[]> message, Class<E> kind, BiConsumer<Sql, E> handler) {
    return consume(
        message, event -> reader.read(event).filter(kind::isInstance).map(kind::cast), handler);
  }

  /**
   * {@link #consume(ConsumerRecord, Class, BiConsumer)} for messages that are not events of
   * Tenantry, such as commands.
   *
   * @param content reads a message; empty if it should be ignored. Throws {@link InvalidEvent} if
   *     it can never be handled
   */
  public <T> CompletionStage<Void> consume(
      ConsumerRecord<?, byte[]> message,
      Function<CloudEvent, Optional<T>> content,
      BiConsumer<Sql, T> handler) {
    CompletableFuture<Void> handled = new CompletableFuture<>();
    threads.execute(
        () -> {
          try {
            count(handle(message, content, handler));
            handled.complete(null);
          } catch (InterruptedException e) {
            LOG.infof(
                "message interrupted by shutdown; it will be delivered again %s", nameOf(message));
          } catch (InvalidEvent e) {
            count(Outcome.REFUSED);
            LOG.errorf("message dead-lettered %s: %s", nameOf(message), e.getMessage());
            handled.completeExceptionally(e);
          } catch (RuntimeException | Error e) {
            if (background.isShuttingDown()) {
              LOG.infof(
                  e,
                  "message interrupted by shutdown; it will be delivered again %s",
                  nameOf(message));
            } else {
              count(Outcome.REFUSED);
              LOG.errorf(e, "message dead-lettered %s", nameOf(message));
              handled.completeExceptionally(e);
            }
          }
        });
    return handled;
  }

  private <T> Outcome handle(
      ConsumerRecord<?, byte[]> message,
      Function<CloudEvent, Optional<T>> reading,
      BiConsumer<Sql, T> handler)
      throws InterruptedException {
    CloudEvent event = CloudEvent.of(message);
    Backoff pauses = Backoff.doubling(config.retryDelay(), config.maxRetryDelay());
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<T> content = reading.apply(event);
        if (content.isEmpty()) {
          LOG.debugf("message ignored: unexpected type %s type=%s", nameOf(message), event.type());
          return Outcome.IGNORED;
        }
        return handleOnce(event, content.get(), handler);
      } catch (DatabaseUnavailable e) {
        retryAfter(pauses.after(attempt), message, e.reason());
      } catch (SqlError e) {
        if (e.causedByData()) {
          throw e;
        }
        retryAfter(pauses.after(attempt), message, e.getMessage());
      }
    }
  }

  private <T> Outcome handleOnce(CloudEvent event, T content, BiConsumer<Sql, T> handler) {
    return database.inTransaction(
        sql -> {
          if (!inbox.addIfNew(sql, event)) {
            return Outcome.REPEATED;
          }
          handler.accept(sql, content);
          return Outcome.HANDLED;
        });
  }

  private void retryAfter(Duration pause, ConsumerRecord<?, byte[]> message, String reason)
      throws InterruptedException {
    count(Outcome.POSTPONED);
    LOG.warnf("message not handled %s; retrying in %s: %s", nameOf(message), pause, reason);
    if (!background.pause(pause)) {
      throw new InterruptedException("the service is shutting down");
    }
  }

  private void count(Outcome outcome) {
    counter(outcome).increment();
  }

  private Counter counter(Outcome outcome) {
    return meters.counter("tenantry.events", "outcome", outcome.name().toLowerCase(Locale.ROOT));
  }

  /** The position of the message; its content may be confidential. */
  private static String nameOf(ConsumerRecord<?, byte[]> message) {
    return "topic=%s partition=%d offset=%d"
        .formatted(message.topic(), message.partition(), message.offset());
  }

  /** The result of handling a message, for the metric {@code tenantry.events}. */
  private enum Outcome {
    HANDLED,
    IGNORED,
    REPEATED,
    POSTPONED,
    REFUSED
  }
}
