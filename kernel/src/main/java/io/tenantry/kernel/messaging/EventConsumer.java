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
 * Handles the events a channel receives, each once, whatever happens meanwhile: what a handler
 * writes and the note that the event is handled are one transaction; a database that is away is
 * waited for; only what is wrong with the message itself makes the message fail.
 *
 * <p>Easy to get wrong: a message that fails becomes a dead letter. So one that was merely
 * interrupted, because the service ends, must neither succeed nor fail: it is left as it is and
 * delivered again.
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
   * Handles one message, for the return value of a channel's method. The channel calls again when
   * the former stage is complete, and so keeps the order.
   *
   * @param kind the events the channel is for; another is ignored
   * @param handler gets the transaction to work in; called again in a new one if the database fails
   * @return completes when the message is handled, or need not be; fails if it never can be
   */
  public <E extends Event> CompletionStage<Void> consume(
      ConsumerRecord<?, byte[]> message, Class<E> kind, BiConsumer<Sql, E> handler) {
    return consume(
        message, event -> reader.read(event).filter(kind::isInstance).map(kind::cast), handler);
  }

  /**
   * {@link #consume(ConsumerRecord, Class, BiConsumer)} for messages that are no events of this
   * system, such as commands.
   *
   * @param content what a message says; empty if it is to be ignored. Throws {@link InvalidEvent}
   *     if it can never be handled
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
            LOG.infof("%s is left to be delivered again", nameOf(message));
          } catch (InvalidEvent e) {
            count(Outcome.REFUSED);
            LOG.errorf("%s cannot be handled: %s", nameOf(message), e.getMessage());
            handled.completeExceptionally(e);
          } catch (RuntimeException | Error e) {
            if (background.isEnding()) {
              LOG.infof(e, "%s is left to be delivered again", nameOf(message));
            } else {
              count(Outcome.REFUSED);
              LOG.errorf(e, "%s cannot be handled", nameOf(message));
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
          LOG.debugf("%s is ignored: type=%s is none for it", nameOf(message), event.type());
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
          if (!inbox.admit(sql, event)) {
            return Outcome.REPEATED;
          }
          handler.accept(sql, content);
          return Outcome.HANDLED;
        });
  }

  private void retryAfter(Duration pause, ConsumerRecord<?, byte[]> message, String reason)
      throws InterruptedException {
    count(Outcome.POSTPONED);
    LOG.warnf("%s is tried again in %s: %s", nameOf(message), pause, reason);
    if (!background.pause(pause)) {
      throw new InterruptedException("the service ends");
    }
  }

  private void count(Outcome outcome) {
    counter(outcome).increment();
  }

  private Counter counter(Outcome outcome) {
    return meters.counter("tenantry.events", "outcome", outcome.name().toLowerCase(Locale.ROOT));
  }

  /** Where the message is; what is in it may be anybody's. */
  private static String nameOf(ConsumerRecord<?, byte[]> message) {
    return "topic=%s partition=%d offset=%d"
        .formatted(message.topic(), message.partition(), message.offset());
  }

  /** What became of a message, for the metric {@code tenantry.events}. */
  private enum Outcome {
    HANDLED,
    IGNORED,
    REPEATED,
    POSTPONED,
    REFUSED
  }
}
