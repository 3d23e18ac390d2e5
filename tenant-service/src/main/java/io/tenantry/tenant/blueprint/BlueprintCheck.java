package io.tenantry.tenant.blueprint;

import io.tenantry.kernel.error.FieldError;
import java.util.List;

/** Tests a blueprint on PostgreSQL before it is stored. */
public interface BlueprintCheck {

  /** Returns all errors; the fields are files, {@code migrations/V1__a.sql}, or settings. */
  List<FieldError> check(Blueprint blueprint);
}
