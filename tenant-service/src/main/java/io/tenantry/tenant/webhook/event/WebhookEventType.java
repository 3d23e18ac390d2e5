package io.tenantry.tenant.webhook.event;

import static io.tenantry.tenant.webhook.event.EventField.flag;
import static io.tenantry.tenant.webhook.event.EventField.number;
import static io.tenantry.tenant.webhook.event.EventField.text;
import static io.tenantry.tenant.webhook.event.EventField.uuid;

import io.tenantry.kernel.event.Event;
import io.tenantry.kernel.event.EventType;
import io.tenantry.kernel.event.OperationEvent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The types of webhook messages. Their names and fields are a contract: types and fields may be
 * added. Only the listed fields of a fact are sent.
 */
public enum WebhookEventType {
  TENANT_PROVISIONED(
      "tenant.provisioned",
      EventType.TENANT_PROVISIONED,
      "The tenant is active.",
      Fields.named(
          text("blueprint", "Its blueprint.", "car"),
          text("blueprint_version", "The version of its blueprint.", Fields.VERSION),
          text("region", "Its region.", "us-east-1"))),
  TENANT_PROVISIONING_FAILED(
      "tenant.provisioning_failed",
      EventType.TENANT_PROVISIONING_FAILED,
      "Provisioning failed and was undone.",
      Fields.named(Fields.CODE)),
  TENANT_SUSPENDED(
      "tenant.suspended",
      EventType.TENANT_SUSPENDED,
      "The tenant cannot log in until it is resumed.",
      Fields.named()),
  TENANT_RESUMED(
      "tenant.resumed",
      EventType.TENANT_RESUMED,
      "A suspended tenant is active again.",
      Fields.named()),
  TENANT_DELETING(
      "tenant.deleting",
      EventType.TENANT_DELETING,
      "The deletion of the tenant has started.",
      Fields.named(
          uuid("deletion_id", "The deletion."),
          flag("final_backup", "Whether it waits for a final backup."))),
  TENANT_DELETED(
      "tenant.deleted",
      EventType.TENANT_DELETED,
      "The tenant's data was dropped; the last event about it.",
      Fields.named()),
  CREDENTIALS_ROTATED(
      "tenant.credentials_rotated",
      EventType.CREDENTIALS_ROTATED,
      "The tenant has a new connection string.",
      Fields.ofTenant(text("role", "The login role from now on.", "car_0198c5d2"))),
  API_KEY_REVOKED(
      "tenant.api_key_revoked",
      EventType.API_KEY_REVOKED,
      "An API key of the tenant is no longer valid.",
      Fields.ofTenant(uuid("key_id", "The key."))),
  LIMIT_REACHED(
      "limit.reached",
      EventType.LIMIT_REACHED,
      "The tenant has as many of a resource as its quota permits.",
      Fields.ofTenant(
          text("resource", "What is limited.", "api_keys"), number("quota", "The limit.", 10))),
  BACKUP_COMPLETED(
      "backup.completed",
      EventType.BACKUP_COMPLETED,
      "A backup is stored completely.",
      Fields.ofTenant(Fields.BACKUP, Fields.KIND)),
  BACKUP_FAILED(
      "backup.failed",
      EventType.BACKUP_FAILED,
      "A backup failed and is not retried automatically.",
      Fields.ofTenant(Fields.BACKUP, Fields.KIND, Fields.CODE)),
  DRILL_COMPLETED(
      "drill.completed",
      EventType.DRILL_COMPLETED,
      "A drill restored a backup with the rows that were backed up.",
      Fields.ofTenant(uuid("drill_id", "The drill."), Fields.BACKUP)),
  DRILL_FAILED(
      "drill.failed",
      EventType.DRILL_FAILED,
      "A backup could not be restored in a drill.",
      Fields.ofTenant(uuid("drill_id", "The drill."), Fields.BACKUP, Fields.CODE)),
  RESTORE_COMPLETED(
      "restore.completed",
      EventType.RESTORE_COMPLETED,
      "The data of a backup is live.",
      Fields.ofTenant(Fields.RESTORE, Fields.BACKUP)),
  RESTORE_FAILED(
      "restore.failed",
      EventType.RESTORE_FAILED,
      "A restore failed; the tenant's data is unchanged.",
      Fields.ofTenant(Fields.RESTORE, Fields.BACKUP, Fields.CODE)),
  MIGRATION_COMPLETED(
      "migration.completed",
      EventType.MIGRATION_COMPLETED,
      "The tenant was migrated to another version of its blueprint.",
      Fields.ofMigration()),
  MIGRATION_FAILED(
      "migration.failed",
      EventType.MIGRATION_FAILED,
      "A migration failed and is not retried automatically.",
      Fields.ofMigration(Fields.CODE)),
  CAMPAIGN_FINISHED(
      "campaign.finished",
      EventType.CAMPAIGN_FINISHED,
      "A campaign is completed or cancelled.",
      Fields.ofCampaign("completed")),
  CAMPAIGN_HALTED(
      "campaign.halted",
      EventType.CAMPAIGN_FINISHED,
      "A campaign halted because too many tenants failed; it waits for an operator.",
      Fields.ofCampaign("halted")),
  ENDPOINT_DISABLED(
      "webhook_endpoint.disabled",
      null,
      "A webhook endpoint was disabled and gets no more messages.",
      List.of(
          uuid("tenant_id", "The owner; absent for an endpoint of the operator.").optional(),
          uuid("endpoint_id", "The endpoint."),
          text("reason", "Why: failing or gone.", "failing")));

  private final String id;
  private final @Nullable EventType source;
  private final String description;

  // An unmodifiable list of records of unmodifiable values.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<EventField> fields;

  WebhookEventType(
      String id, @Nullable EventType source, String description, List<EventField> fields) {
    this.id = id;
    this.source = source;
    this.description = description;
    this.fields = fields;
  }

  /** The type of the message that reports an event; empty for events that are not reported. */
  public static Optional<WebhookEventType> of(Event event) {
    if (event instanceof OperationEvent.CampaignFinished campaign
        && campaign.status().equals("halted")) {
      return Optional.of(CAMPAIGN_HALTED);
    }
    EventType type = EventType.of(event);
    return Arrays.stream(values()).filter(each -> each.source == type).findFirst();
  }

  /** The type of this name. */
  public static Optional<WebhookEventType> byId(String id) {
    return Arrays.stream(values()).filter(each -> each.id.equals(id)).findFirst();
  }

  /** Its name in messages, filters and the API. */
  public String id() {
    return id;
  }

  /** When it is sent. */
  public String description() {
    return description;
  }

  /** The fields of its data. */
  public List<EventField> fields() {
    return fields;
  }

  /** Whether a tenant's endpoints may receive it; otherwise only those of the operator. */
  public boolean concernsTenant() {
    return fields.getFirst().name().equals("tenant_id");
  }

  private static final class Fields {

    static final String VERSION = "9f86d081884c7d65";
    static final EventField TENANT = uuid("tenant_id", "The tenant.");
    static final EventField CODE =
        text("code", "The stable code of the error.", "STORE_UNAVAILABLE");
    static final EventField BACKUP = uuid("backup_id", "The backup.");
    static final EventField RESTORE = uuid("restore_id", "The restore.");
    static final EventField KIND =
        text(
            "kind",
            "The kind: scheduled, manual, emergency, before_migration or final.",
            "scheduled");

    static List<EventField> ofTenant(EventField... more) {
      return concat(List.of(TENANT), more);
    }

    static List<EventField> named(EventField... more) {
      return concat(
          List.of(
              TENANT,
              text("name", "Its name.", "acme"),
              text("environment", "Its environment.", "production")),
          more);
    }

    static List<EventField> ofMigration(EventField... more) {
      return concat(
          List.of(
              TENANT,
              uuid("migration_id", "The migration."),
              uuid("campaign_id", "The campaign that it was part of.").optional(),
              text("direction", "forward or rollback.", "forward"),
              text("from_version", "The previous version.", "2c26b46b68ffc68f"),
              text("to_version", "The new version.", VERSION)),
          more);
    }

    static List<EventField> ofCampaign(String status) {
      return List.of(
          uuid("campaign_id", "The campaign."),
          text("blueprint", "The blueprint.", "car"),
          text("target_version", "The new version; absent for a rollback.", VERSION).optional(),
          text("direction", "forward or rollback.", "forward"),
          text("status", "completed, halted or cancelled.", status),
          number("completed", "The number of migrated tenants.", 120),
          number("failed", "The number of failed tenants.", 3),
          number("skipped", "The number of tenants that needed no migration.", 7));
    }

    private static List<EventField> concat(List<EventField> first, EventField... more) {
      return Stream.concat(first.stream(), Stream.of(more)).toList();
    }
  }
}
