package io.tenantry.tenant.cluster;

import io.tenantry.kernel.migration.ScriptPart;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Has each migration begin with a session as it was opened: a tenant that has the migrations before
 * it runs it in such a one, so none may rely on what another has set.
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
      throw new FlywayException("The session could not be restored", e);
    }
  }

  @Override
  public String getCallbackName() {
    return "restore-session";
  }
}
