package io.tenantry.ingestion.broker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.kafka.KafkaUnavailable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Waits for responses to requests of Kafka's admin client. Call it on virtual threads. */
@Singleton
public final class BrokerResponses {

  private final int timeoutMillis;

  BrokerResponses(Config config) {
    this.timeoutMillis = (int) config.timeout().toMillis();
  }

  /** The timeout of admin requests in milliseconds, for Kafka's options. */
  public int timeoutMillis() {
    return timeoutMillis;
  }

  /**
   * Returns the response.
   *
   * @throws KafkaUnavailable if no broker responds in time
   * @throws KafkaException if the request failed
   */
  public <T> T await(KafkaFuture<T> response) {
    try {
      // Not left to the client: it looks up the brokers first, and its timeout does not cover that.
      return response.get(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailable(e);
    }
  }

  /** Returns the response; empty if the request failed for this reason. */
  public <T> Optional<T> awaitUnless(
      Class<? extends KafkaException> reason, KafkaFuture<T> response) {
    try {
      return Optional.of(await(response));
    } catch (KafkaException e) {
      if (reason.isInstance(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    return switch (cause) {
      // Kafka declares this retriable, as the topic may be created soon.
      case UnknownTopicOrPartitionException unknown -> unknown;
      case RetriableException unavailable -> new KafkaUnavailable(unavailable);
      case KafkaException refusal -> refusal;
      case null, default -> new KafkaException(cause);
    };
  }

  @ConfigMapping(prefix = "tenantry.kafka.admin")
  interface Config {

    /** Timeout of requests of the Kafka admin client. */
    @WithDefault("5s")
    Duration timeout();
  }
}
