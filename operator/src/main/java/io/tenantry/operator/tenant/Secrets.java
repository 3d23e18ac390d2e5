package io.tenantry.operator.tenant;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tenantry.operator.runtime.Attempts;
import io.tenantry.operator.v1alpha1.Tenant;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads and writes the Secrets of tenants. A Secret that belongs to something else is kept. */
@Singleton
final class Secrets {

  /** The label of every Secret that the operator writes. */
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  /** The value of that label. */
  static final String MANAGER = "tenantry-operator";

  /** The annotation with the version of a Secret's content. */
  private static final String CONTENT_VERSION = "tenantry.io/content-version";

  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager(Attempts.FIELD_MANAGER)
          .withForce(true)
          .build();

  private final KubernetesClient client;

  Secrets(KubernetesClient client) {
    this.client = client;
  }

  /**
   * An object's Secret; empty if there is none.
   *
   * @param entries those that it should have
   * @throws Refused if a Secret with this name belongs to something else
   */
  Optional<Stored> read(Tenant owner, String name, Set<String> entries) {
    Secret secret =
        client.secrets().inNamespace(owner.getMetadata().getNamespace()).withName(name).get();
    if (secret == null) {
      return Optional.empty();
    }
    boolean owned =
        secret.getMetadata().getOwnerReferences().stream()
            .anyMatch(reference -> reference.getUid().equals(owner.getMetadata().getUid()));
    if (!owned) {
      throw new Refused(
          "SecretConflict",
          "The Secret %s exists and does not belong to this object; delete it or name another one."
              .formatted(name));
    }
    return Optional.of(
        new Stored(
            secret.getMetadata().getUid(),
            Optional.ofNullable(secret.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(CONTENT_VERSION)),
            secret.getData() != null && secret.getData().keySet().containsAll(entries)));
  }

  /**
   * An object's own Secret.
   *
   * @param version of what it contains
   * @param complete whether it has all entries that it should have
   */
  record Stored(String uid, Optional<String> version, boolean complete) {}

  /**
   * Writes an object's Secret.
   *
   * @param content its type, version and entries
   * @param stored what {@link #read} found; a Secret that appeared or was replaced since then is
   *     not overwritten
   */
  void write(Tenant owner, String name, Content content, Optional<Stored> stored) {
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(owner.getMetadata().getNamespace())
            .withName(name)
            .withUid(stored.map(Stored::uid).orElse(null))
            .addToLabels(MANAGED_BY, MANAGER)
            .addToLabels("tenantry.io/tenant", owner.getMetadata().getUid())
            .addToAnnotations(CONTENT_VERSION, content.version())
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion(owner.getApiVersion())
                    .withKind(owner.getKind())
                    .withName(owner.getMetadata().getName())
                    .withUid(owner.getMetadata().getUid())
                    .withController(true)
                    .withBlockOwnerDeletion(false)
                    .build())
            .endMetadata()
            .withType(content.type())
            .withStringData(content.entries())
            .build();
    if (stored.isPresent()) {
      client.resource(encoded(secret)).patch(APPLY);
    } else {
      client.resource(secret).create();
    }
  }

  /**
   * The content of a Secret.
   *
   * @param version changes with the entries, and says nothing about them
   */
  record Content(String type, String version, Map<String, String> entries) {

    /** Without the entries. */
    @Override
    public String toString() {
      return "Content[" + type + ", " + version + "]";
    }
  }

  /** With data instead of stringData, whose fields get no manager by server-side apply. */
  private static Secret encoded(Secret secret) {
    SecretBuilder builder = new SecretBuilder(secret).withStringData(Map.of());
    secret
        .getStringData()
        .forEach(
            (name, value) ->
                builder.addToData(
                    name,
                    Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
    return builder.build();
  }
}
