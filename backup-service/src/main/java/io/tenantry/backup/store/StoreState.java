package io.tenantry.backup.store;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** The state of a store, from its marker object and the control database. */
@RegisterForReflection
public enum StoreState {
  /** It has this installation's marker. */
  OURS(true, ""),
  /** It has no marker, and backups that this control database does not know. */
  UNCLAIMED(
      true,
      "It has no marker, and has backups that this control database does not know. It is read and"
          + " written, but nothing in it is deleted. If the backups are this installation's, claim it."),
  /** It has the marker of another installation. */
  FOREIGN(
      false,
      "It has the marker of another installation of Tenantry. Configure a folder, a bucket or a"
          + " prefix of this installation's own."),
  /** Its marker is missing. */
  MARKER_MISSING(
      false,
      "Its marker is missing. Check that the volume is mounted and the bucket is the right one. To"
          + " use it as it is, claim it."),
  /** It has the marker of another store of this installation than before. */
  OTHER_STORE(
      false,
      "It has the marker of another store of this installation than before. Check that the"
          + " right volume is mounted. To use it as it is, claim it."),
  /** It has the marker of the primary store. */
  SAME_AS_PRIMARY(
      false,
      "It has the primary store's marker, so it would not be a separate copy. If the folder is a"
          + " copy of the primary store, remove the marker from it."),
  /** Its marker cannot be read. */
  UNAVAILABLE(false, "It is unreachable or refuses requests; check its settings.");

  private final boolean writable;
  private final String advice;

  StoreState(boolean writable, String advice) {
    this.writable = writable;
    this.advice = advice;
  }

  /** Whether backups may be written there. */
  boolean isWritable() {
    return writable;
  }

  /** What the state means, and what the operator can do; empty if there is nothing to do. */
  public String advice() {
    return advice;
  }

  /** Its name in the API, the metrics and the logs. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
