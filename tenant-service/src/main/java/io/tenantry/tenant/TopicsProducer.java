package io.tenantry.tenant;

import io.quarkus.arc.lookup.LookupIfProperty;
import io.tenantry.kernel.kafka.TopicSpec;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Declares the Kafka topics that tenant-service uses. */
final class TopicsProducer {

  @Produces
  @Singleton
  TopicSpec tenantEvents() {
    return TopicSpec.TENANT_EVENTS;
  }

  @Produces
  @Singleton
  TopicSpec provisioningJobs() {
    return TopicSpec.PROVISIONING_JOBS;
  }

  @Produces
  @Singleton
  TopicSpec provisioningJobsDeadLetters() {
    return TopicSpec.PROVISIONING_JOBS_DEAD_LETTERS;
  }

  @Produces
  @Singleton
  TopicSpec operationEvents() {
    return TopicSpec.OPERATION_EVENTS;
  }

  @Produces
  @Singleton
  TopicSpec operationEventsDeadLetters() {
    return TopicSpec.OPERATION_EVENTS_DEAD_LETTERS;
  }

  @Produces
  @Singleton
  @LookupIfProperty(name = "tenantry.audit-stream.enabled", stringValue = "true")
  TopicSpec audit() {
    return TopicSpec.AUDIT;
  }
}
