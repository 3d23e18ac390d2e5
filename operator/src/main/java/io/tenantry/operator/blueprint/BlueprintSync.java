package io.tenantry.operator.blueprint;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tenantry.operator.api.BlueprintApi;
import io.tenantry.operator.api.BlueprintApi.BlueprintVersion;
import io.tenantry.operator.api.BlueprintApi.NewVersion;
import io.tenantry.operator.runtime.Blocked;
import io.tenantry.operator.runtime.Conditions;
import io.tenantry.operator.runtime.Delays;
import io.tenantry.operator.v1alpha1.Blueprint;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Pushes the files of an object's ConfigMaps when they change. */
@Singleton
final class BlueprintSync {

  /** How long several ConfigMaps must not change before their files are pushed. */
  static final Duration SETTLING = Duration.ofSeconds(10);

  private final BlueprintApi api;
  private final BlueprintNamespaces namespaces;
  private final KubernetesClient client;
  private final Delays delays;
  private final Clock clock;
  private final Map<String, Seen> changing = new ConcurrentHashMap<>();

  BlueprintSync(
      @RestClient BlueprintApi api,
      BlueprintNamespaces namespaces,
      KubernetesClient client,
      Delays delays,
      Clock clock) {
    this.api = api;
    this.namespaces = namespaces;
    this.client = client;
    this.delays = delays;
    this.clock = clock;
  }

  private record Seen(String hash, Instant since) {}

  /**
   * Brings a blueprint to the content of its ConfigMaps.
   *
   * @param rivals all objects that name the same blueprint, with or without this one
   * @return when to look again
   */
  Optional<Duration> proceed(Blueprint object, BlueprintDraft draft, List<Blueprint> rivals) {
    checkNamespace(object);
    checkRivals(object, rivals);
    BlueprintContent content =
        BlueprintContent.of(
            object.getSpec().configMaps().stream()
                .map(name -> configMap(object.getMetadata().getNamespace(), name))
                .toList());
    String hash = content.hash();
    String name = object.blueprintName();
    if (draft.contentHash().equals(Optional.of(hash))) {
      changing.remove(object.getMetadata().getUid());
      reportDrift(draft, name);
      return Optional.of(delays.resync());
    }
    Duration wait = settle(object, hash);
    if (wait.isPositive()) {
      draft
          .conditions()
          .progressing("Settling", "The ConfigMaps have changed; more changes may follow.");
      return Optional.of(wait);
    }
    draft.pushed(name, hash, api.push(name, new NewVersion(content.files())));
    changing.remove(object.getMetadata().getUid());
    draft.conditions().remove(BlueprintDraft.DRIFTED);
    ready(draft);
    return Optional.of(delays.resync());
  }

  /** Forgets an object that is gone. */
  void forget(String uid) {
    changing.remove(uid);
  }

  private void checkNamespace(Blueprint object) {
    if (!namespaces.contains(object.getMetadata().getNamespace())) {
      throw Blocked.refused(
          "NamespaceNotAllowed",
          "Blueprints belong to the whole installation; only objects in %s are acted on (OPERATOR_BLUEPRINT_NAMESPACES)."
              .formatted(String.join(", ", namespaces.names())));
    }
  }

  /** The oldest object has the blueprint; of equally old ones, that with the lowest uid. */
  private void checkRivals(Blueprint object, List<Blueprint> rivals) {
    rivals.stream()
        .filter(rival -> !rival.isMarkedForDeletion())
        .filter(rival -> namespaces.contains(rival.getMetadata().getNamespace()))
        .min(BY_AGE)
        .filter(oldest -> BY_AGE.compare(oldest, object) < 0)
        .ifPresent(
            oldest -> {
              throw Blocked.refused(
                  "Conflict",
                  "The older Blueprint %s/%s has the blueprint %s; nothing is done for this one."
                      .formatted(
                          oldest.getMetadata().getNamespace(),
                          oldest.getMetadata().getName(),
                          object.blueprintName()));
            });
  }

  private static final Comparator<Blueprint> BY_AGE =
      Comparator.<Blueprint, Instant>comparing(
              object -> Instant.parse(object.getMetadata().getCreationTimestamp()))
          .thenComparing(object -> object.getMetadata().getUid());

  private ConfigMap configMap(String namespace, String name) {
    return Optional.ofNullable(client.configMaps().inNamespace(namespace).withName(name).get())
        .orElseThrow(
            () ->
                Blocked.waiting(
                    "ConfigMapNotFound", "There is no ConfigMap " + name + " in the namespace."));
  }

  /**
   * How long to wait for more changes. One ConfigMap changes at once, several one after the other:
   * what is between is not what anybody wants.
   */
  private Duration settle(Blueprint object, String hash) {
    if (object.getSpec().configMaps().size() == 1) {
      return Duration.ZERO;
    }
    Instant now = clock.instant();
    Seen seen =
        changing.merge(
            object.getMetadata().getUid(),
            new Seen(hash, now),
            (former, latest) -> former.hash().equals(latest.hash()) ? former : latest);
    return Duration.between(now, seen.since().plus(SETTLING));
  }

  private void reportDrift(BlueprintDraft draft, String name) {
    Optional<String> current =
        api.list().items().stream()
            .filter(blueprint -> blueprint.name().equals(name))
            .map(BlueprintVersion::version)
            .findFirst();
    Conditions conditions = draft.conditions();
    if (current.equals(draft.version())) {
      conditions.remove(BlueprintDraft.DRIFTED);
    } else {
      conditions.isTrue(
          BlueprintDraft.DRIFTED,
          "ChangedOutside",
          current
                  .map(
                      version ->
                          "The current version is " + version + ", pushed by another client.")
                  .orElse("Tenantry has no such blueprint any more.")
              + " It is not changed back until a ConfigMap changes.");
    }
    ready(draft);
  }

  private static void ready(BlueprintDraft draft) {
    draft
        .conditions()
        .ready("Pushed", "The version " + draft.version().orElseThrow() + " was pushed.");
  }
}
