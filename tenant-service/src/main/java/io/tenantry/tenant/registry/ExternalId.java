package io.tenantry.tenant.registry;

/**
 * The format of an external id: the caller's own id of a tenant, unique among the tenants that are
 * not deleted.
 */
public final class ExternalId {

  public static final String PATTERN = "[!-~]{1,255}";
  public static final String MESSAGE = "must be 1 to 255 visible ASCII characters";

  private ExternalId() {}
}
