package io.tenantry.operator.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/**
 * A tenant of Tenantry, with a Secret that an application binds to.
 *
 * <p>{@code status} is null in an object that no controller has seen yet.
 */
@Group(Tenant.GROUP)
@Version(Tenant.VERSION)
@ShortNames("tnt")
@ValidationRule(
    value = "has(self.spec.name) || self.metadata.name.matches('^[A-Za-z0-9_-]+$')",
    message = "metadata.name has a dot, which a tenant's name cannot have; set spec.name")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type=='Ready')].status",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Tenant-Id",
    jsonPath = ".status.tenantId",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Blueprint",
    jsonPath = ".spec.blueprint",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Version",
    jsonPath = ".status.blueprintVersion",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Region",
    jsonPath = ".status.region",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Cluster",
    jsonPath = ".status.cluster",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
@AdditionalPrinterColumn(
    name = "Last-Backup",
    jsonPath = ".status.lastBackup",
    type = AdditionalPrinterColumn.Type.DATE,
    priority = 1)
public class Tenant extends CustomResource<TenantSpec, TenantStatus>
    implements Namespaced, StatusObject<TenantStatus> {

  private static final long serialVersionUID = 1L;

  /** The API group of all of Tenantry's resources. */
  public static final String GROUP = "tenantry.io";

  /** The version of all of them. */
  public static final String VERSION = "v1alpha1";

  /** The finalizer of a tenant that this object owns. */
  public static final String FINALIZER = "tenantry.io/tenant";

  /** Rotates the credentials once for each new value of this annotation. */
  public static final String ROTATE_CREDENTIALS = "tenantry.io/rotate-credentials";

  /** The tenant's name in Tenantry. */
  public String tenantName() {
    return Optional.ofNullable(getSpec().name()).orElseGet(() -> getMetadata().getName());
  }

  /** The name of the Secret with the connection. */
  public String secretName() {
    return Optional.ofNullable(getSpec().secretName())
        .orElseGet(() -> getMetadata().getName() + "-credentials");
  }

  @Override
  public TenantStatus currentStatus() {
    return Optional.ofNullable(getStatus()).orElse(TenantStatus.EMPTY);
  }
}
