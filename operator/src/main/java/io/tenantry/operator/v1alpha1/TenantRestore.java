package io.tenantry.operator.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/**
 * One restore of a tenant, made once. It is started within 15 minutes after the object was created,
 * or never. Deleting the object does not stop a restore that was started.
 */
@Group(Tenant.GROUP)
@Version(Tenant.VERSION)
@ShortNames("tnr")
@AdditionalPrinterColumn(
    name = "Tenant",
    jsonPath = ".spec.tenantRef.name",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Mode",
    jsonPath = ".spec.mode",
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
    name = "Undo-Until",
    jsonPath = ".status.undoUntil",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Restore-Id",
    jsonPath = ".status.restoreId",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Backup-Id",
    jsonPath = ".status.choice.backupId",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
public class TenantRestore extends CustomResource<TenantRestoreSpec, TenantRestoreStatus>
    implements Namespaced, StatusObject<TenantRestoreStatus> {

  private static final long serialVersionUID = 1L;

  @Override
  public TenantRestoreStatus currentStatus() {
    return Optional.ofNullable(getStatus()).orElse(TenantRestoreStatus.EMPTY);
  }
}
