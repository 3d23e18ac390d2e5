package io.tenantry.console.hints;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects hints for a moment, so that each is sent once, and many of them as one for all. */
final class PendingHints {

  private static final int MOST = 500;

  private final Set<String> hints = new LinkedHashSet<>();
  private boolean all;

  synchronized void add(String hint) {
    if (hint.equals(Hint.ALL) || hints.size() >= MOST) {
      all = true;
    }
    if (!all) {
      hints.add(hint);
    }
  }

  /** What was collected since the last call. */
  synchronized List<String> take() {
    List<String> taken = all ? List.of(Hint.ALL) : List.copyOf(hints);
    hints.clear();
    all = false;
    return taken;
  }
}
