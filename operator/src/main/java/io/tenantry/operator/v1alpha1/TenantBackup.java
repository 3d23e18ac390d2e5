package io.tenantry.operator.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/**
 * One backup of a tenant, made once. Deleting the object keeps the backup, whose retention decides
 * how long it is stored.
 */
@Group(Tenant.GROUP)
@Version(Tenant.VERSION)
@ShortNames("tnb")
@AdditionalPrinterColumn(
    name = "Tenant",
    jsonPath = ".spec.tenantRef.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type=='Ready')].reason",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Backup-Id",
    jsonPath = ".status.backupId",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Bytes",
    jsonPath = ".status.sizeBytes",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Kind",
    jsonPath = ".spec.kind",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Completed",
    jsonPath = ".status.completedAt",
    type = AdditionalPrinterColumn.Type.DATE,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Verified",
    jsonPath = ".status.verified",
    type = AdditionalPrinterColumn.Type.BOOLEAN,
    priority = 1)
public class TenantBackup extends CustomResource<TenantBackupSpec, TenantBackupStatus>
    implements Namespaced, StatusObject<TenantBackupStatus> {

  private static final long serialVersionUID = 1L;

  @Override
  public TenantBackupStatus currentStatus() {
    return Optional.ofNullable(getStatus()).orElse(TenantBackupStatus.EMPTY);
  }
}
