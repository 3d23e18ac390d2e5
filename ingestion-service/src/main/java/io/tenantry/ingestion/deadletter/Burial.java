package io.tenantry.ingestion.deadletter;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A message that is to be a dead letter.
 *
 * @param cause what went wrong, in words that quote nothing of the event
 */
public record Burial(ConsumerRecord<byte[], byte[]> message, Reason reason, String cause) {}
