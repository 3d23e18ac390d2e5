package io.tenantry.operator.v1alpha1;

import io.fabric8.kubernetes.api.model.ObjectMeta;

/**
 * An object with a status.
 *
 * <p>It does not extend {@code HasMetadata}, whose deserializer would replace that of the class.
 */
public interface StatusObject<S extends ObjectStatus<S>> {

  /** The metadata. */
  ObjectMeta getMetadata();

  /** The status, an empty one if there is none yet. */
  S currentStatus();
}
