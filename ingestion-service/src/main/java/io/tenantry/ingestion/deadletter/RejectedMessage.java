package io.tenantry.ingestion.deadletter;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A message that is dead-lettered.
 *
 * @param cause a description of the failure, without data of the event
 */
public record RejectedMessage(
    ConsumerRecord<byte[], byte[]> message, Reason reason, String cause) {}
