package io.tenantry.backup.store;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** Whose a store is, as its marker object and the control database say. */
@RegisterForReflection
public enum StoreState {
  /** It has this installation's marker. */
  OURS(true, ""),
  /** It has no marker, and backups that this control database does not know. */
  UNCLAIMED(
      true,
      "It has no marker, and holds backups that this control database does not know. It is read and"
          + " written, and nothing in it is deleted. If they are this installation's, claim it."),
  /** It has the marker of another installation. */
  FOREIGN(
      false,
      "It has the marker of another installation of Tenantry. Configure a folder, a bucket or a"
          + " prefix of this installation's own."),
  /** Its marker is gone. */
  MARKER_MISSING(
      false,
      "Its marker is gone. Is the volume mounted, and is it the right bucket? If it is to be used as"
          + " it is, claim it."),
  /** It has the marker of another store of this installation than before. */
  OTHER_STORE(
      false,
      "It has the marker of another store of this installation than before. Is the right volume"
          + " mounted? If it is to be used as it is, claim it."),
  /** It has the marker of the installation's first store. */
  SAME_AS_PRIMARY(
      false,
      "It has the primary store's marker: a copy there would be none. If the folder is a copy of the"
          + " primary store, remove the marker from it."),
  /** It cannot be looked at. */
  UNAVAILABLE(false, "It cannot be reached, or refuses.");

  private final boolean writable;
  private final String advice;

  StoreState(boolean writable, String advice) {
    this.writable = writable;
    this.advice = advice;
  }

  /** Whether backups may be written there. */
  boolean writable() {
    return writable;
  }

  /** What it means for the operator, and what to do; empty if there is nothing to do. */
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
