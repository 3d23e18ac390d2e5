package io.tenantry.ingestion.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.kafka.KafkaUnavailable;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How answers of brokers are reported to the caller. */
@Tag("I5")
class BrokerResponsesTest {

  private final BrokerResponses answers = new BrokerResponses(() -> Duration.ofMillis(10));

  private static KafkaFuture<String> failed(Throwable failure) {
    KafkaFutureImpl<String> answer = new KafkaFutureImpl<>();
    answer.completeExceptionally(failure);
    return answer;
  }

  @Test
  void returnsAnswer() {
    assertThat(answers.await(KafkaFuture.completedFuture("yes"))).isEqualTo("yes");
    assertThat(
            answers.awaitUnless(GroupIdNotFoundException.class, KafkaFuture.completedFuture("yes")))
        .contains("yes");
  }

  @Test
  void reportsMissingAnswerAsUnavailable() {
    assertThatThrownBy(() -> answers.await(new KafkaFutureImpl<String>()))
        .isInstanceOf(KafkaUnavailable.class);
  }

  @Test
  void reportsRetriableErrorAsUnavailable() {
    assertThatThrownBy(() -> answers.await(failed(new CoordinatorNotAvailableException("later"))))
        .isInstanceOf(KafkaUnavailable.class);
  }

  @Test
  void passesRefusalsOn() {
    assertThatThrownBy(() -> answers.await(failed(new TopicAuthorizationException("events"))))
        .isInstanceOf(TopicAuthorizationException.class);
    // Kafka calls it retriable.
    assertThatThrownBy(
            () -> answers.await(failed(new UnknownTopicOrPartitionException("no such topic"))))
        .isInstanceOf(UnknownTopicOrPartitionException.class);
    assertThatThrownBy(() -> answers.await(failed(new IllegalStateException("a bug"))))
        .isInstanceOf(KafkaException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void isEmptyForExpectedRefusalOnly() {
    assertThat(
            answers.awaitUnless(
                GroupIdNotFoundException.class, failed(new GroupIdNotFoundException("none"))))
        .isEmpty();
    assertThatThrownBy(
            () ->
                answers.awaitUnless(
                    GroupIdNotFoundException.class,
                    failed(new TopicAuthorizationException("events"))))
        .isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void keepsInterruption() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> answers.await(new KafkaFutureImpl<String>()))
        .isInstanceOf(KafkaUnavailable.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
