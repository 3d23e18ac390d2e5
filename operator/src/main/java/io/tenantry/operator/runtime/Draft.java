package io.tenantry.operator.runtime;

import io.tenantry.operator.v1alpha1.ObjectStatus;
import io.tenantry.operator.v1alpha1.StatusObject;
import java.time.Clock;

/** The status of an object while it is reconciled. */
public abstract class Draft<S extends ObjectStatus<S>> {

  /** What is known beside the conditions. */
  protected S facts;

  private final Long generation;
  private final Conditions conditions;

  protected Draft(StatusObject<S> object, Clock clock) {
    this.facts = object.currentStatus();
    this.generation = object.getMetadata().getGeneration();
    this.conditions = new Conditions(facts.conditions(), generation, clock);
  }

  /** The conditions, which are changed while the object is reconciled. */
  public Conditions conditions() {
    return conditions;
  }

  /** The status to store. */
  public S status() {
    return facts.with(conditions.list(), generation);
  }
}
