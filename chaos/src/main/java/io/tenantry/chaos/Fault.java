package io.tenantry.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;

/**
 * Something that breaks, and is mended again before {@link Action#happen} returns.
 *
 * @param name as given with {@code --only}
 */
record Fault(String name, Action action) {

  /** What breaks, such as {@code tenant-service}: the name without its verb. */
  String target() {
    return name.substring(name.indexOf('-') + 1);
  }

  /** What happens. */
  interface Action {
    /** Breaks something, waits, and mends it. */
    void happen(Random random) throws IOException, SQLException, InterruptedException;
  }
}
