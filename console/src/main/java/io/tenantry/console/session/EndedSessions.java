package io.tenantry.console.session;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.tenantry.console.runtime.ConsoleConfig;
import io.tenantry.console.runtime.TopicReader;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows which sessions ended before their time, on every replica: a topic in Kafka holds, for each
 * subject and session that was logged out, the time before which its sessions are invalid. Each
 * replica reads the whole topic. Until it has, it accepts only the sessions that it started itself.
 */
@Singleton
public final class EndedSessions {

  private static final Logger LOG = Logger.getLogger(EndedSessions.class);

  /** The topic; its keys are keyed hashes, its values times in milliseconds. */
  static final String TOPIC = "tenantry.console-sessions";

  /** Longer than the longest session, so that a session never outlives the record of its end. */
  private static final Duration RETENTION = SessionLifetime.LONGEST.plusDays(1);

  /** By how much the clocks of replicas may differ. */
  static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

  private static final Duration FORGETTING_INTERVAL = Duration.ofHours(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final SessionKeys keys;
  private final Map<String, Object> kafka;
  private final short replicationFactor;
  private final Clock clock;
  private final UUID replica = UUID.randomUUID();
  private final Map<String, Instant> notBefore = new ConcurrentHashMap<>();
  private final @Nullable TopicReader reader;
  private volatile @Nullable Producer<String, byte[]> producer;
  private volatile Instant forgottenAt = Instant.EPOCH;
  private volatile boolean complete;

  @Inject
  EndedSessions(
      SessionKeys keys,
      ConsoleConfig config,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      Clock clock) {
    this.keys = keys;
    this.kafka = kafka;
    this.replicationFactor = config.kafka().replicationFactor();
    this.clock = clock;
    this.reader =
        new TopicReader(
            "ended-sessions", List.of(TOPIC), TopicReader.From.EARLIEST, kafka, new Ends());
  }

  /** Without Kafka, for the rules. */
  EndedSessions(SessionKeys keys, Clock clock) {
    this.keys = keys;
    this.kafka = Map.of();
    this.replicationFactor = 1;
    this.clock = clock;
    this.reader = null;
  }

  void start(@Observes StartupEvent event) {
    Optional.ofNullable(reader).ifPresent(TopicReader::start);
  }

  void stop(@Observes ShutdownEvent event) {
    Optional.ofNullable(reader).ifPresent(TopicReader::close);
    Optional.ofNullable(producer).ifPresent(each -> each.close(Duration.ofSeconds(1)));
  }

  /** This process, which changes with each start. */
  UUID replica() {
    return replica;
  }

  /** Whether the topic was read completely. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether a session has ended, or that is not known. */
  boolean isEnded(Session session) {
    if (!complete && !session.replica().equals(replica)) {
      return true;
    }
    return notBefore.containsKey(keyOf(session.id()))
        || keys.hashes(session.subject()).stream()
            .map(notBefore::get)
            .anyMatch(time -> time != null && session.issuedAt().isBefore(time));
  }

  /**
   * The time of issue of a new session of this subject: after the last log-out everywhere, which
   * counts the tolerance of the clocks.
   */
  Instant issueTime(String subject) {
    Instant now = clock.instant();
    return keys.hashes(subject).stream()
        .map(notBefore::get)
        .filter(time -> time != null && time.isAfter(now))
        .max(Instant::compareTo)
        .orElse(now);
  }

  /**
   * Ends one session, on this replica in any case, and on all replicas.
   *
   * @throws KafkaException if that could not be published
   */
  void end(Session session) {
    record(keyOf(session.id()), session.expiresAt());
    publish(List.of(keyOf(session.id())), session.expiresAt());
  }

  /**
   * Ends all sessions of a session's subject on all replicas.
   *
   * @throws KafkaException if that could not be published
   */
  void endAll(Session session) {
    publish(keys.hashes(session.subject()), clock.instant().plus(CLOCK_TOLERANCE));
  }

  private static String keyOf(UUID session) {
    return "session:" + session;
  }

  private void publish(List<String> names, Instant time) {
    for (String name : names) {
      byte[] value = Long.toString(time.toEpochMilli()).getBytes(StandardCharsets.US_ASCII);
      try {
        producer()
            .send(new ProducerRecord<>(TOPIC, name, value))
            .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new KafkaException("the end of sessions was not published", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("the end of sessions was not published", e);
      }
      record(name, time);
    }
  }

  private synchronized Producer<String, byte[]> producer() {
    Producer<String, byte[]> existing = producer;
    if (existing != null) {
      return existing;
    }
    Map<String, Object> config = new HashMap<>(kafka);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) TIMEOUT.toMillis());
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    Producer<String, byte[]> created =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    producer = created;
    return created;
  }

  /** Remembers an end; a later time wins, in whatever order they are read. */
  void record(String name, Instant time) {
    // As precise as a session's time of issue, which is compared with it.
    notBefore.merge(
        name,
        time.truncatedTo(ChronoUnit.MILLIS),
        (known, read) -> read.isAfter(known) ? read : known);
    forgetOutdated();
  }

  /** Not for each record: at its start a replica reads all of them. */
  private void forgetOutdated() {
    Instant now = clock.instant();
    if (now.isAfter(forgottenAt.plus(FORGETTING_INTERVAL))) {
      forgottenAt = now;
      notBefore.values().removeIf(each -> each.isBefore(now.minus(RETENTION)));
    }
  }

  /** Reads the topic. */
  private final class Ends implements TopicReader.Listener {

    @Override
    public void prepare() {
      try (Admin admin = Admin.create(kafka)) {
        if (!exists(admin)) {
          create(admin);
          LOG.infof("topic created topic=%s", TOPIC);
        }
      } catch (ExecutionException e) {
        throw new KafkaException("topic " + TOPIC + " cannot be created", e.getCause());
      } catch (TimeoutException e) {
        throw new KafkaException("Kafka does not answer", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new KafkaException("interrupted", e);
      }
    }

    private boolean exists(Admin admin)
        throws ExecutionException, InterruptedException, TimeoutException {
      try {
        admin
            .describeTopics(List.of(TOPIC))
            .allTopicNames()
            .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          return false;
        }
        throw e;
      }
    }

    private void create(Admin admin)
        throws ExecutionException, InterruptedException, TimeoutException {
      NewTopic topic =
          new NewTopic(TOPIC, 1, replicationFactor)
              .configs(
                  Map.of(
                      TopicConfig.CLEANUP_POLICY_CONFIG,
                      TopicConfig.CLEANUP_POLICY_DELETE,
                      TopicConfig.RETENTION_MS_CONFIG,
                      Long.toString(RETENTION.toMillis()),
                      TopicConfig.SEGMENT_MS_CONFIG,
                      Long.toString(Duration.ofDays(1).toMillis())));
      try {
        admin.createTopics(List.of(topic)).all().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        // Another replica was faster.
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }

    @Override
    public void read(ConsumerRecord<String, byte[]> message) {
      if (message.key() == null || message.value() == null) {
        return;
      }
      try {
        long time = Long.parseLong(new String(message.value(), StandardCharsets.US_ASCII));
        record(message.key(), Instant.ofEpochMilli(time));
      } catch (NumberFormatException e) {
        LOG.warnf("message ignored topic=%s offset=%d", message.topic(), message.offset());
      }
    }

    @Override
    public void caughtUp() {
      complete = true;
    }
  }
}
