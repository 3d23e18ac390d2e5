package io.tenantry.operator.v1alpha1;

import java.util.Locale;

/** Names of constants in the REST API. */
final class Names {

  private Names() {}

  static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
