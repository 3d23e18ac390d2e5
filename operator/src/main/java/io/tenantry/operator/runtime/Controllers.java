package io.tenantry.operator.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;

/**
 * Registers the controllers so that they see objects that are being deleted, and manage finalizers
 * themselves. The extension's own producer loses that setting of the annotation.
 */
final class Controllers {

  @Produces
  @ApplicationScoped
  Operator operator(
      QuarkusConfigurationService configuration,
      @Any Instance<Reconciler<? extends HasMetadata>> reconcilers) {
    Operator operator = new Operator(configuration);
    reconcilers.forEach(reconciler -> register(operator, configuration, reconciler));
    return operator;
  }

  private static <P extends HasMetadata> void register(
      Operator operator, QuarkusConfigurationService configuration, Reconciler<P> reconciler) {
    operator.register(
        reconciler, new AllEvents<>(configuration.getConfigurationFor(reconciler), configuration));
  }

  /** The settings of a controller, which is called for every event. */
  private static final class AllEvents<P extends HasMetadata>
      extends QuarkusControllerConfiguration<P> {

    AllEvents(QuarkusControllerConfiguration<P> settings, QuarkusConfigurationService parent) {
      super(
          settings.getInformerConfig(),
          settings.getName(),
          settings.isGenerationAware(),
          settings.getAssociatedReconcilerClassName(),
          settings.getRetry(),
          settings.getRateLimiter(),
          settings.maxReconciliationInterval().orElseThrow(),
          settings.getFinalizerName(),
          settings.fieldManager(),
          settings.getWorkflow(),
          settings.getResourceTypeName(),
          settings.getResourceClass());
      setParent(parent);
    }

    @Override
    public boolean triggerReconcilerOnAllEvents() {
      return true;
    }
  }
}
