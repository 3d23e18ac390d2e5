package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * Publishes Kubernetes events about objects. The same event again raises the count of the first. An
 * event that cannot be stored, as in a namespace that is being deleted, is only logged.
 */
@Singleton
public final class KubernetesEvents {

  private static final Logger LOG = Logger.getLogger(KubernetesEvents.class);
  private static final String COMPONENT = "tenantry-operator";
  private static final int MAX_PREFIX = 230;

  private final KubernetesClient client;
  private final Clock clock;

  KubernetesEvents(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The kind of an event. */
  public enum Kind {
    /** Something happened as expected. */
    NORMAL("Normal"),
    /** Something needs attention. */
    WARNING("Warning");

    private final String name;

    Kind(String name) {
      this.name = name;
    }
  }

  /** Publishes an event about an object. */
  public void publish(HasMetadata about, Kind kind, String reason, String message) {
    Event event = event(about, kind, reason, message);
    try {
      store(event);
    } catch (KubernetesClientException e) {
      LOG.debugf(e, "event not stored reason=%s object=%s", reason, about.getFullResourceName());
    }
  }

  private void store(Event event) {
    try {
      client.resource(event).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      client
          .resource(event)
          .edit(
              stored ->
                  new EventBuilder(stored)
                      .withCount(stored.getCount() + 1)
                      .withLastTimestamp(event.getLastTimestamp())
                      .build());
    }
  }

  private Event event(HasMetadata about, Kind kind, String reason, String message) {
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    String name = about.getMetadata().getName();
    return new EventBuilder()
        .withNewMetadata()
        .withNamespace(about.getMetadata().getNamespace())
        .withName(
            "%s.%s-%08x"
                .formatted(
                    name.substring(0, Math.min(name.length(), MAX_PREFIX)),
                    about.getMetadata().getUid().substring(0, 8),
                    Objects.hash(about.getMetadata().getUid(), reason, message)))
        .endMetadata()
        .withInvolvedObject(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(about.getMetadata().getNamespace())
                .withName(name)
                .withUid(about.getMetadata().getUid())
                .build())
        .withType(kind.name)
        .withReason(reason)
        .withMessage(message)
        .withNewSource()
        .withComponent(COMPONENT)
        .endSource()
        .withReportingComponent(COMPONENT)
        .withReportingInstance(COMPONENT)
        .withCount(1)
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .build();
  }
}
