package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Counts the rows of tables that the owner role cannot read completely, because their policies
 * apply to their owner, too, or another role owns them. {@code COPY table TO STDOUT}, as pg_dump
 * uses it, plans no query and so evaluates none of the tenant's functions; therefore {@code
 * tenantry_dump} may run it. psql runs it, because the driver does not support COPY.
 */
final class CopyCounts {

  /** A line that is not a row: COPY writes a backslash in a value as two. */
  private static final String END = "\\.counted";

  private static final Logger LOG = Logger.getLogger(CopyCounts.class);

  private CopyCounts() {}

  /**
   * Counts tables in a snapshot, in the given order.
   *
   * @param snapshot exported by a transaction that is still open
   */
  static List<Manifest.Table> count(
      PgPrograms.Programs client,
      ClusterAccess access,
      String database,
      String snapshot,
      List<RowCounts.Found> tables)
      throws InterruptedException {
    if (tables.isEmpty()) {
      return List.of();
    }
    try (PgProcess psql =
        PgProcess.start(
            client.psql(),
            PgProcess.PSQL,
            access,
            Login.dump(access),
            database,
            ErrorCode.BACKUP_FAILED)) {
      List<Manifest.Table> counted =
          PlatformThreads.run(() -> count(psql, snapshot, tables), psql::end);
      psql.awaitSuccess();
      return counted;
    }
  }

  private static List<Manifest.Table> count(
      PgProcess psql, String snapshot, List<RowCounts.Found> tables) throws InterruptedException {
    // On its own thread: psql reads its input only while its output is read.
    Thread.startVirtualThread(() -> write(psql, script(snapshot, tables)));
    BufferedReader output =
        new BufferedReader(new InputStreamReader(psql.output(), StandardCharsets.ISO_8859_1));
    List<Manifest.Table> counted = new ArrayList<>();
    try {
      for (RowCounts.Found table : tables) {
        counted.add(table.withRows(rows(output)));
      }
    } catch (IOException e) {
      psql.awaitSuccess();
      throw new TenantryException(
          ErrorCode.BACKUP_FAILED, "psql exited before it had counted all rows.", e);
    }
    return counted;
  }

  private static void write(PgProcess psql, String script) {
    try (OutputStream input = psql.input()) {
      input.write(script.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.debugf(e, "psql exited; its output is incomplete");
    }
  }

  private static String script(String snapshot, List<RowCounts.Found> tables) {
    StringBuilder script =
        new StringBuilder(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\nSET TRANSACTION SNAPSHOT %s;\nSET LOCAL row_security = off;\n"
                .formatted(literal(snapshot)));
    for (RowCounts.Found table : tables) {
      script.append(
          "COPY %s%s TO STDOUT;\n\\echo '\\%s'\n"
              .formatted(
                  table.quoted(),
                  table.column().map(column -> " (" + quote(column) + ")").orElse(""),
                  END));
    }
    return script.toString();
  }

  /** The rows of one table in the output of psql, which ends with a line of its own. */
  static long rows(BufferedReader output) throws IOException {
    long rows = 0;
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.equals(END)) {
        return rows;
      }
      rows++;
    }
    throw new IOException("the output is incomplete");
  }
}
