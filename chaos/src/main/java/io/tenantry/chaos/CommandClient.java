package io.tenantry.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Requests tenants by commands on Kafka, each of them twice: one tenant must come of it. */
final class CommandClient extends Client implements AutoCloseable {

  private static final String TOPIC = "tenantry.provisioning-jobs";
  private static final long PAUSE_MILLIS = 2000;
  private static final int CONFIRMATION_SECONDS = 60;

  private final KafkaProducer<String, byte[]> producer;
  private final ObjectMapper json = new ObjectMapper();
  private int sent;

  CommandClient(String name, Installation installation, Api api, Ledger ledger, Random random) {
    super(name, api, ledger, random);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                installation.bootstrapServers(),
                ProducerConfig.ACKS_CONFIG,
                "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @Override
  void step() throws InterruptedException {
    String tenant = "chaos-" + name() + "-" + ++sent;
    ledger().requested(tenant);
    ProducerRecord<String, byte[]> command = command(tenant);
    try {
      producer.send(command).get(CONFIRMATION_SECONDS, TimeUnit.SECONDS);
      ledger().commanded(tenant);
      ledger().count("commands confirmed", 1);
      producer.send(command).get(CONFIRMATION_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      ledger().count("commands not confirmed", 1);
    }
    Thread.sleep(PAUSE_MILLIS);
  }

  private ProducerRecord<String, byte[]> command(String tenant) {
    Map<String, String> headers =
        Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            UUID.randomUUID().toString(),
            "ce_source",
            "/chaos",
            "ce_type",
            "io.tenantry.provision_tenant.v1");
    try {
      ProducerRecord<String, byte[]> command =
          new ProducerRecord<>(
              TOPIC,
              tenant,
              json.writeValueAsBytes(
                  Map.of("name", tenant, "environment", "production", "blueprint", "car")));
      headers.forEach(
          (name, value) -> command.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      return command;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
