package io.tenantry.tenant.event;

import static org.awaitility.Awaitility.await;

import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TopicReader;
import io.tenantry.tenant.TopicWriter;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What backup-service records and tells of its work, and what only says that it comes from it. */
public final class OperationEvents {

  private static final String TOPIC = "tenantry.operation-events";

  private static final TopicReader DEAD_LETTERS = new TopicReader(TOPIC + "-dlq");

  private static boolean recordsMade;

  private OperationEvents() {}

  /**
   * Makes backup-service's record of a final backup, as {@code backup.backups_v1} shows it.
   *
   * @param status such as {@code completed} or {@code failed}
   */
  public static synchronized void record(
      UUID tenantId, UUID backupId, String deletionId, String status) {
    provideRecords();
    Postgres.execute(
        Postgres.CONTROL,
        """
        DELETE FROM backup.backups_v1 WHERE backup_id = '%1$s';
        INSERT INTO backup.backups_v1 (backup_id, tenant_id, kind, deletion_id, status, completed_at)
        VALUES ('%1$s', '%2$s', 'final', '%3$s', '%4$s', CASE WHEN '%4$s' IN ('completed', 'expired') THEN now() END)
        """
            .formatted(backupId, tenantId, deletionId, status));
  }

  /** Makes what backup-service's migrations would: a table serves as well as its view. */
  public static synchronized void provideRecords() {
    if (recordsMade) {
      return;
    }
    Postgres.execute(
        Postgres.CONTROL,
        """
        CREATE TABLE IF NOT EXISTS backup.backups_v1 (
          backup_id uuid PRIMARY KEY, tenant_id uuid, kind text, deletion_id uuid, status text, verification text,
          completed_at timestamptz
        );
        GRANT USAGE ON SCHEMA backup TO tenant_service;
        GRANT SELECT ON backup.backups_v1 TO tenant_service;
        """);
    recordsMade = true;
  }

  /** Tells that a final backup is stored; returns the event's id. */
  public static String finalBackupCompleted(UUID tenantId, UUID backupId, String deletionId) {
    return send(
        tenantId,
        "io.tenantry.backup.completed.v1",
        """
        {"tenant_id":"%s","backup_id":"%s","kind":"final","deletion_id":"%s","size_bytes":1}
        """
            .formatted(tenantId, backupId, deletionId));
  }

  /** Tells that a final backup could not be made; returns the event's id. */
  public static String finalBackupFailed(UUID tenantId, UUID backupId, String deletionId) {
    return send(
        tenantId,
        "io.tenantry.backup.failed.v1",
        """
        {"tenant_id":"%s","backup_id":"%s","kind":"final","deletion_id":"%s","code":"STORE_FULL"}
        """
            .formatted(tenantId, backupId, deletionId));
  }

  /** Waits until the service has refused the event; returns why. */
  public static String awaitRefusal(String eventId) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> refusals(eventId), reasons -> !reasons.isEmpty())
        .getFirst();
  }

  private static List<String> refusals(String eventId) {
    return DEAD_LETTERS.all().stream()
        .filter(message -> TopicReader.header(message, "ce_id").equals(eventId))
        .map(message -> TopicReader.header(message, "dead-letter-reason"))
        .toList();
  }

  /** Whether the service has handled the event. */
  public static boolean isHandled(String eventId) {
    return !Postgres.column(
            Postgres.CONTROL, "SELECT 1 FROM control_plane.inbox WHERE event_id = ?", eventId)
        .isEmpty();
  }

  private static String send(UUID tenantId, String type, String data) {
    String id = UUID.randomUUID().toString();
    TopicWriter.send(TOPIC, tenantId.toString(), id, "/tenantry/backup-service", type, data);
    return id;
  }
}
