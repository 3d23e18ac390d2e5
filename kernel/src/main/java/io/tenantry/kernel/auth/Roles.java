package io.tenantry.kernel.auth;

/** The roles that an identity can have, for {@code @RolesAllowed}. */
public final class Roles {

  /** May do everything. */
  public static final String ADMIN = "admin";

  private Roles() {}
}
