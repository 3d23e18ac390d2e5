package io.tenantry.backup.installation;

import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the id of this Tenantry installation from the control database. It is read each time,
 * because data is deleted by it and the control database may have been replaced since.
 */
@Singleton
public final class Installation {

  private final Database database;

  Installation(Database database) {
    this.database = database;
  }

  /**
   * Returns the installation's id.
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
        "The control database has no installation id, which identifies this installation's"
            + " backup stores: start this version of tenant-service first.",
        cause);
  }
}
