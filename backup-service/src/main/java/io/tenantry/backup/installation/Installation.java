package io.tenantry.backup.installation;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The installation of Tenantry that this service is part of, by the id that the control database
 * has. It is read each time: what is done by it may destroy data, and the control database may be
 * another than a moment ago.
 */
@Singleton
public final class Installation {

  private final Database database;

  Installation(Database database) {
    this.database = database;
  }

  /**
   * Its id.
   *
   * @throws TenantryException {@code STORE_UNAVAILABLE} if tenant-service has not migrated the
   *     control database far enough
   */
  public UUID id() {
    try {
      return database
          .first(row -> row.getUUID(0), "SELECT installation_id FROM control_plane.installation_v1")
          .orElseThrow(() -> unknown(null));
    } catch (SqlError e) {
      throw unknown(e);
    }
  }

  private static TenantryException unknown(@Nullable SqlError cause) {
    return new TenantryException(
        ErrorCode.STORE_UNAVAILABLE,
        "The control database does not show this installation's id, by which backup stores are"
            + " recognized: start this version of tenant-service first.",
        cause);
  }
}
