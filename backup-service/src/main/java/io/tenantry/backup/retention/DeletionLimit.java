package io.tenantry.backup.retention;

/** The number of backups and files that one retention run may remove without {@code force}. */
final class DeletionLimit {

  private DeletionLimit() {}

  /**
   * Calculates the limit.
   *
   * @param stored the number of stored backups and orphans
   * @param most the largest permitted number
   * @param share the largest permitted share of what is stored, in percent
   * @param small the number that is always permitted, so that the share does not hold small
   *     installations
   */
  static int of(long stored, int most, int share, int small) {
    return (int) Math.max(small, Math.min(most, stored * share / 100));
  }
}
