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
 * A blueprint whose files are in ConfigMaps. A blueprint belongs to the whole installation, so only
 * objects in the namespaces of the operator's administrators are acted on. Deleting the object
 * keeps the blueprint.
 */
@Group(Tenant.GROUP)
@Version(Tenant.VERSION)
@ShortNames("bpt")
@ValidationRule(
    value = "has(self.spec.name) || self.metadata.name.matches('^[a-z][a-z0-9_-]{0,31}$')",
    message =
        "metadata.name is no blueprint's name (a letter, then at most 31 letters, digits and"
            + " dashes); set spec.name")
@AdditionalPrinterColumn(
    name = "Blueprint",
    jsonPath = ".status.name",
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
    name = "Version",
    jsonPath = ".status.version",
    type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "Drifted",
    jsonPath = ".status.conditions[?(@.type=='Drifted')].status",
    type = AdditionalPrinterColumn.Type.STRING,
    priority = 1)
public class Blueprint extends CustomResource<BlueprintSpec, BlueprintStatus>
    implements Namespaced, StatusObject<BlueprintStatus> {

  private static final long serialVersionUID = 1L;

  /** The blueprint's name in Tenantry. */
  public String blueprintName() {
    return Optional.ofNullable(getSpec().name()).orElseGet(() -> getMetadata().getName());
  }

  @Override
  public BlueprintStatus currentStatus() {
    return Optional.ofNullable(getStatus()).orElse(BlueprintStatus.EMPTY);
  }
}
