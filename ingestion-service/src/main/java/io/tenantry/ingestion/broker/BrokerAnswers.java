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

/** Waits for the broker's answers to an admin client, on virtual threads. */
@Singleton
public final class BrokerAnswers {

  private final int patience;

  BrokerAnswers(Config config) {
    this.patience = (int) config.patience().toMillis();
  }

  /** How long an answer is waited for, in milliseconds, as Kafka's options want it. */
  public int patience() {
    return patience;
  }

  /**
   * The answer.
   *
   * @throws KafkaUnavailable if no broker answers in time
   * @throws KafkaException if the broker refuses
   */
  public <T> T await(KafkaFuture<T> answer) {
    try {
      // Not left to the client: it asks for the brokers first, and waits for that as it likes.
      return answer.get(patience, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailable(e);
    }
  }

  /** The answer; empty if the broker refuses for this reason. */
  public <T> Optional<T> awaitUnless(
      Class<? extends KafkaException> reason, KafkaFuture<T> answer) {
    try {
      return Optional.of(await(answer));
    } catch (KafkaException e) {
      if (reason.isInstance(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    return switch (cause) {
      // An unknown topic is called retriable: it might be made in a moment.
      case UnknownTopicOrPartitionException unknown -> unknown;
      case RetriableException away -> new KafkaUnavailable(away);
      case KafkaException refusal -> refusal;
      case null, default -> new KafkaException(cause);
    };
  }

  @ConfigMapping(prefix = "tenantry.kafka.admin")
  interface Config {

    /** How long the broker's answer to a request is waited for. */
    @WithDefault("5s")
    Duration patience();
  }
}
