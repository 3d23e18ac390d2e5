package io.tenantry.cli.output;

import org.jspecify.annotations.Nullable;

/** A colour of the terminal (ECMA-48, select graphic rendition). */
public enum Style {
  RED(31),
  GREEN(32),
  YELLOW(33),
  DIM(2),
  BOLD(1);

  private final int number;

  Style(int number) {
    this.number = number;
  }

  String apply(String text) {
    return "\u001b[" + number + "m" + text + "\u001b[0m";
  }

  /** The colour of a status; null for no colour. */
  static @Nullable Style ofState(String state) {
    return switch (state) {
      case "active", "completed", "passed", "intact", "ok", "up", "up_to_date", "accepted" -> GREEN;
      case "failed", "damaged", "drifted", "down", "refused", "fail" -> RED;
      case "pending",
          "running",
          "suspended",
          "deleting",
          "provisioning",
          "paused",
          "waiting",
          "warn" ->
          YELLOW;
      default -> null;
    };
  }
}
