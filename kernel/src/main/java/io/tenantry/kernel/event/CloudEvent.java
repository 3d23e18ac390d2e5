package io.tenantry.kernel.event;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * An event in the binary mode of CloudEvents 1.0's Kafka binding: attributes in headers, data in
 * the value.
 *
 * @param source its sender; identifies the event together with {@code id}
 * @param id the same in every delivery of the event
 * @param type what happened, see {@link EventType}
 * @param data JSON; empty if the message has no value
 */
public record CloudEvent(String source, String id, String type, String data) {

  /**
   * Reads a message's attributes.
   *
   * @throws InvalidEvent if it is not a CloudEvent 1.0 in binary mode
   */
  public static CloudEvent of(ConsumerRecord<?, byte[]> message) {
    Headers headers = message.headers();
    CloudEventHeaders.requireVersion(headers);
    return new CloudEvent(
        CloudEventHeaders.required(headers, "source"),
        CloudEventHeaders.required(headers, "id"),
        CloudEventHeaders.required(headers, "type"),
        message.value() == null ? "" : CloudEventHeaders.text(message.value(), "the value"));
  }
}
