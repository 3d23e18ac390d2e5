package io.tenantry.backup.retention;

/** How much one run of the retention may remove without an operator's word. */
final class DeletionLimit {

  private DeletionLimit() {}

  /**
   * The limit.
   *
   * @param stored how many backups and orphans there are
   * @param most the largest number
   * @param share the largest part of what is stored, in percent
   * @param small the number that is always permitted, so that few tenants are not held up by the
   *     share
   */
  static int of(long stored, int most, int share, int small) {
    return (int) Math.max(small, Math.min(most, stored * share / 100));
  }
}
