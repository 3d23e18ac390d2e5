package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import io.tenantry.partitioner.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The baseline for capture: a Java producer with the service's settings. */
final class ProducerBaseline implements AutoCloseable {

  private static final String TOPIC = "ingestion-events";

  private final List<String> tenants;
  private final KafkaProducer<byte[], byte[]> producer;

  ProducerBaseline(LocalStack stack, List<String> tenants) {
    this.tenants = tenants;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", stack.kafka().bootstrapServers(),
                "acks", "all",
                "enable.idempotence", "true",
                "compression.type", "snappy",
                "linger.ms", "2",
                "batch.size", "262144",
                "buffer.memory", "67108864",
                "partitioner.class", TenantPartitioner.class.getName()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /**
   * Sends events without pauses for this time and waits for all acknowledgements; returns events
   * per second.
   */
  double run(Duration time) throws Exception {
    AtomicLong acknowledged = new AtomicLong();
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<byte[]> data =
        EventPosts.DATA.stream().map(d -> d.getBytes(StandardCharsets.US_ASCII)).toList();
    long start = System.nanoTime();
    for (int i = 0; System.nanoTime() - start < time.toNanos(); i++) {
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(
                  TOPIC,
                  null,
                  tenants.get(i % tenants.size()).getBytes(StandardCharsets.US_ASCII),
                  data.get(i % data.size()),
                  List.of(
                      header("ce_specversion", "1.0"),
                      header("ce_id", UUID.randomUUID().toString()),
                      header("ce_source", "urn:tenantry:capture"),
                      header("ce_type", "order.placed"),
                      header("content-type", "application/json"))),
              (metadata, problem) -> {
                if (problem == null) {
                  acknowledged.incrementAndGet();
                } else {
                  failure.set(problem);
                }
              });
    }
    producer.flush();
    if (failure.get() != null) {
      throw failure.get();
    }
    return acknowledged.get() / ((System.nanoTime() - start) / 1e9);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    producer.close();
  }
}
