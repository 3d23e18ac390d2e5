package io.tenantry.operator.tenant;

import io.javaoperatorsdk.operator.processing.event.source.filter.OnUpdateFilter;
import io.tenantry.operator.v1alpha1.Tenant;
import java.util.Objects;

/**
 * Accepts changes of a spec, of annotations, of the deletion and the loss of the finalizer, not of
 * the status.
 */
public final class RelevantChange implements OnUpdateFilter<Tenant> {

  @Override
  public boolean accept(Tenant changed, Tenant former) {
    return !Objects.equals(
            changed.getMetadata().getGeneration(), former.getMetadata().getGeneration())
        || !Objects.equals(
            changed.getMetadata().getAnnotations(), former.getMetadata().getAnnotations())
        || changed.isMarkedForDeletion() != former.isMarkedForDeletion()
        || (former.hasFinalizer(Tenant.FINALIZER) && !changed.hasFinalizer(Tenant.FINALIZER));
  }
}
