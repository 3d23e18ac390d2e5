package io.tenantry.operator.tenant;

import io.tenantry.operator.api.ApiException;
import io.tenantry.operator.api.TenantApi;
import io.tenantry.operator.api.TenantApi.IssuedKey;
import io.tenantry.operator.api.TenantApi.NewKey;
import io.tenantry.operator.api.TenantApi.TenantState;
import io.tenantry.operator.tenant.Secrets.Content;
import io.tenantry.operator.tenant.Secrets.Stored;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantSpec.ApiKeys;
import io.tenantry.operator.v1alpha1.TenantStatus.IssuedApiKeys;
import jakarta.inject.Singleton;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Issues the API keys of objects, and stores them in Secrets. Keys are shown once: a Secret that is
 * deleted gets new ones, and the former ones are revoked.
 */
@Singleton
final class ApiKeySecrets {

  private static final String OPAQUE = "Opaque";

  private final TenantApi api;
  private final Secrets secrets;

  ApiKeySecrets(@RestClient TenantApi api, Secrets secrets) {
    this.api = api;
    this.secrets = secrets;
  }

  private static String secretName(Tenant object) {
    return Optional.ofNullable(object.getSpec().apiKeys())
        .map(ApiKeys::secretName)
        .orElseGet(() -> object.getMetadata().getName() + "-api-keys");
  }

  private Optional<Stored> read(Tenant object) {
    return secrets.read(object, secretName(object), Set.of());
  }

  /** Refuses an object whose Secret would replace another one. */
  void check(Tenant object) {
    read(object);
  }

  /** Whether the keys that an object requests are stored, and known by its status. */
  boolean areStored(Tenant object, TenantDraft draft) {
    return object.getSpec().apiKeys() == null
        || read(object).map(ApiKeySecrets::ids).equals(Optional.of(known(draft)));
  }

  /** Issues requested keys that are not stored, and revokes those whose Secret is gone. */
  void settle(Tenant object, TenantDraft draft, TenantState tenant) {
    ApiKeys wanted = object.getSpec().apiKeys();
    if (wanted == null) {
      return;
    }
    Optional<Stored> stored = read(object);
    List<String> lost = known(draft);
    List<String> current = stored.map(ApiKeySecrets::ids).orElseGet(List::of);
    if (stored.isPresent() && current.equals(lost)) {
      return;
    }
    if (stored.isEmpty()) {
      List<IssuedKey> issued = issue(object, wanted, tenant, lost);
      store(object, draft, issued);
    } else {
      draft.issued(new IssuedApiKeys(secretName(object), current));
    }
    lost.stream().filter(id -> !current.contains(id)).forEach(id -> revoke(tenant, id));
  }

  private List<IssuedKey> issue(
      Tenant object, ApiKeys wanted, TenantState tenant, List<String> lost) {
    List<IssuedKey> issued = new ArrayList<>();
    for (int i = 1; i <= wanted.count(); i++) {
      issued.add(
          api.issueKey(
              tenant.tenantId(),
              "%s/api-key/%d/%08x".formatted(object.getMetadata().getUid(), i, lost.hashCode()),
              new NewKey(
                  "%s/%s/%d"
                      .formatted(
                          object.getMetadata().getNamespace(), object.getMetadata().getName(), i),
                  wanted.prefix(),
                  wanted.scopes())));
    }
    return issued;
  }

  /** Stores keys. Their ids are noted first: keys that cannot be stored are revoked later. */
  void store(Tenant object, TenantDraft draft, List<IssuedKey> keys) {
    List<String> ids = keys.stream().map(key -> key.keyId().toString()).toList();
    String name = secretName(object);
    draft.issued(new IssuedApiKeys(name, ids));
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      entries.put("key-" + (i + 1), keys.get(i).key());
    }
    secrets.write(object, name, new Content(OPAQUE, String.join(",", ids), entries), read(object));
  }

  private void revoke(TenantState tenant, String id) {
    Optional<UUID> key = TenantDraft.uuid(id);
    try {
      key.ifPresent(found -> api.revokeKey(tenant.tenantId(), found));
    } catch (ApiException e) {
      if (e.status() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private static List<String> known(TenantDraft draft) {
    return draft.apiKeys().map(IssuedApiKeys::ids).orElseGet(List::of);
  }

  private static List<String> ids(Stored stored) {
    return stored.version().map(version -> List.of(version.split(","))).orElseGet(List::of);
  }
}
