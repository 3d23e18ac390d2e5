package io.tenantry.tenant.command;

import static org.awaitility.Awaitility.await;

import io.tenantry.tenant.TopicReader;
import io.tenantry.tenant.TopicWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Commands as any client sends them, and what became dead letters. */
final class Commands {

  private static final TopicReader DEAD_LETTERS =
      new TopicReader(ProvisioningCommands.TOPIC + "-dlq");

  private Commands() {}

  /** Sends a command as a CloudEvent in binary mode. */
  static void send(String id, String type, String data) {
    TopicWriter.send(ProvisioningCommands.TOPIC, "key", id, "/tests", type, data);
  }

  /** Sends any message. */
  static void sendRaw(Map<String, String> headers, byte[] value) {
    TopicWriter.send(ProvisioningCommands.TOPIC, "key", headers, value);
  }

  /** Waits for the dead letter that has this value; returns its reason. */
  static String awaitDeadLetter(byte[] value) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> deadLetterReasons(value), reasons -> !reasons.isEmpty())
        .getFirst();
  }

  private static List<String> deadLetterReasons(byte[] value) {
    return DEAD_LETTERS.all().stream()
        .filter(message -> Arrays.equals(message.value(), value))
        .map(message -> TopicReader.header(message, "dead-letter-reason"))
        .toList();
  }
}
