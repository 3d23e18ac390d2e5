package io.tenantry.tenant.cluster;

import io.tenantry.kernel.migration.ScriptPart;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Flyway callback that resets the session before each migration. A tenant that already has the
 * earlier migrations runs the next one in a new session, so a migration must not rely on settings
 * of an earlier one.
 */
final class RestoreSessionCallback implements Callback {

  @Override
  public boolean supports(Event event, Context context) {
    return event == Event.AFTER_EACH_MIGRATE;
  }

  @Override
  public boolean canHandleInTransaction(Event event, Context context) {
    return true;
  }

  @Override
  public void handle(Event event, Context context) {
    try (Statement statement = context.getConnection().createStatement()) {
      statement.execute(ScriptPart.RESTORE_SESSION);
      statement.execute(context.getConfiguration().getInitSql());
    } catch (SQLException e) {
      throw new FlywayException("the session could not be reset", e);
    }
  }

  @Override
  public String getCallbackName() {
    return "restore-session";
  }
}
