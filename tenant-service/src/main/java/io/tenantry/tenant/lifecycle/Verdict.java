package io.tenantry.tenant.lifecycle;

/** What a deletion may do once the tenant can log in no more. */
enum Verdict {
  /** Drop: the final backup is there, or none is wanted. */
  DROP,
  /** Nothing until the final backup's event comes, or its deadline. */
  WAIT,
  /** Nothing at all: there is no final backup, and the tenant is suspended instead. */
  GIVEN_UP,
  /** Nothing: another replica has taken over. */
  LOST
}
