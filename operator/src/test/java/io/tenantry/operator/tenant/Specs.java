package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec;
import io.tenantry.operator.v1alpha1.TenantSpec.DeletionPolicy;
import io.tenantry.operator.v1alpha1.TenantSpec.Environment;
import io.tenantry.operator.v1alpha1.TenantSpec.Limits;
import io.tenantry.operator.v1alpha1.TenantSpec.Service;
import java.util.List;
import java.util.Map;

/** Objects as the API server would have them. */
final class Specs {

  static final String UID = "6f7d4b0e-4a4e-4a53-9d29-2f8f5a3c1e77";

  private Specs() {}

  static TenantSpec of(
      Map<String, Object> metadata, List<Service> services, Limits limits, boolean suspended) {
    return new TenantSpec(
        "shop",
        Environment.PRODUCTION,
        "car",
        null,
        services,
        metadata,
        null,
        limits,
        null,
        DeletionPolicy.RETAIN,
        true,
        null,
        suspended);
  }

  static Tenant object(TenantSpec spec) {
    Tenant tenant = new Tenant();
    tenant.setMetadata(
        new ObjectMetaBuilder()
            .withName("shop")
            .withNamespace("team")
            .withUid(UID)
            .withGeneration(1L)
            .build());
    tenant.setSpec(spec);
    return tenant;
  }
}
