package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.kernel.messaging.Outbox;
import io.tenantry.tenant.apikey.ApiKeys;
import io.tenantry.tenant.apikey.IssuedKey;
import io.tenantry.tenant.apikey.KeyDeliveries;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Writes the records of an activation: the tenant's API keys, the event and the audit entry. */
@Singleton
final class ActivationRecords {

  private final ApiKeys apiKeys;
  private final KeyDeliveries keyDeliveries;
  private final Outbox outbox;
  private final AuditLog audit;

  ActivationRecords(ApiKeys apiKeys, KeyDeliveries keyDeliveries, Outbox outbox, AuditLog audit) {
    this.apiKeys = apiKeys;
    this.keyDeliveries = keyDeliveries;
    this.outbox = outbox;
    this.audit = audit;
  }

  /** Writes the records in the transaction that activates the tenant. */
  void append(Sql sql, Provisioning work) {
    UUID tenantId = work.tenantId();
    apiKeys.store(sql, tenantId, work.apiKeys());
    work.requester()
        .jobId()
        .ifPresent(job -> keyDeliveries.store(sql, job, tenantId, work.apiKeys()));
    outbox.append(sql, provisioned(work.tenant().registration()));
    work.requester().audit().ifPresent(entry -> audit.append(sql, entry.about(tenantId)));
  }

  /** Issues a job's API keys, unless the tenant has, or had, any. */
  void addMissingKeys(Sql sql, UUID jobId, NewTenant tenant) {
    NewTenant.KeyRequest wanted = tenant.apiKeys();
    UUID tenantId = tenant.tenantId();
    if (wanted.count() > 0
        && !sql.exists("SELECT FROM control_plane.api_keys WHERE tenant_id = $1", tenantId)) {
      List<IssuedKey> keys = apiKeys.generate(wanted.count(), wanted.prefix(), wanted.scopes());
      apiKeys.store(sql, tenantId, keys);
      keyDeliveries.store(sql, jobId, tenantId, keys);
    }
  }

  private static TenantEvent provisioned(Registration tenant) {
    return new TenantEvent.Provisioned(
        tenant.tenantId(),
        tenant.name(),
        tenant.environment(),
        tenant.blueprint().name(),
        tenant.blueprint().version(),
        tenant.region(),
        tenant.blueprint().backup());
  }
}
