package io.tenantry.tenant.blueprint;

import io.tenantry.kernel.error.FieldError;
import java.util.List;

/** Tries a blueprint out on PostgreSQL before it is accepted. */
public interface BlueprintCheck {

  /** What is wrong with it; the fields are files, {@code migrations/V1__a.sql}, or settings. */
  List<FieldError> check(Blueprint blueprint);
}
