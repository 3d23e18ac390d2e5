package io.tenantry.operator.blueprint;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.runtime.Conditions;
import io.tenantry.operator.runtime.ObjectsByKey;
import io.tenantry.operator.v1alpha1.Blueprint;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The controller of {@code Blueprint} objects. */
@ApplicationScoped
@ControllerConfiguration(
    name = "blueprint",
    fieldManager = Attempts.FIELD_MANAGER,
    triggerReconcilerOnAllEvents = true)
class BlueprintReconciler implements Reconciler<Blueprint> {

  /** How often an object looks whether the blueprint is free now. */
  static final Duration CONFLICT_DELAY = Duration.ofSeconds(20);

  private final BlueprintSync sync;
  private final BlueprintNamespaces namespaces;
  private final Attempts attempts;
  private final Clock clock;

  /** Set before the first object is reconciled. */
  private volatile @Nullable ObjectsByKey<Blueprint> byName;

  BlueprintReconciler(
      BlueprintSync sync, BlueprintNamespaces namespaces, Attempts attempts, Clock clock) {
    this.sync = sync;
    this.namespaces = namespaces;
    this.attempts = attempts;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, Blueprint>> prepareEventSources(
      EventSourceContext<Blueprint> context) {
    ObjectsByKey<Blueprint> names =
        new ObjectsByKey<>(
            "blueprint-name",
            context.getPrimaryCache(),
            object -> Optional.of(object.blueprintName()));
    byName = names;
    if (namespaces.names().isEmpty()) {
      return List.of(names);
    }
    InformerEventSource<ConfigMap, Blueprint> configMaps =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(ConfigMap.class, Blueprint.class)
                .withNamespaces(namespaces.names())
                .withFollowControllerNamespacesChanges(false)
                .withSecondaryToPrimaryMapper(
                    configMap ->
                        context
                            .getPrimaryCache()
                            .list(
                                configMap.getMetadata().getNamespace(),
                                object -> isOf(object, configMap))
                            .map(ResourceID::fromResource)
                            .collect(Collectors.toSet()))
                .withOnUpdateFilter(
                    (changed, former) -> !Objects.equals(changed.getData(), former.getData()))
                .build(),
            context);
    return List.of(names, configMaps);
  }

  private static boolean isConflict(Condition condition) {
    return condition.getReason().equals("Conflict");
  }

  private static boolean isOf(Blueprint object, ConfigMap configMap) {
    return object.getSpec().configMaps().contains(configMap.getMetadata().getName());
  }

  @Override
  public UpdateControl<Blueprint> reconcile(Blueprint object, Context<Blueprint> context) {
    ObjectsByKey<Blueprint> names = Objects.requireNonNull(byName);
    if (context.isPrimaryResourceDeleted() || object.isMarkedForDeletion()) {
      attempts.forget(object);
      sync.forget(object.getMetadata().getUid());
      // The next oldest object has the blueprint now.
      names.changed(object.blueprintName());
      return UpdateControl.noUpdate();
    }
    BlueprintDraft draft = new BlueprintDraft(object, clock);
    Optional<Duration> next =
        attempts.run(
            object,
            draft.conditions(),
            () -> sync.proceed(object, draft, names.find(object.blueprintName())));
    if (draft
        .conditions()
        .get(Conditions.STALLED)
        .filter(BlueprintReconciler::isConflict)
        .isPresent()) {
      // Usually the event of the other object's deletion comes first. This does not rely on it, and
      // sends no request.
      next = Optional.of(CONFLICT_DELAY);
    }
    return attempts.update(object, new Blueprint(), draft, next);
  }
}
