package io.tenantry.tenant.webhook.endpoint;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;

/** How messages are signed. */
@RegisterForReflection
public enum SigningAlgorithm {
  /** {@code v1}: a secret that the receiver shares. */
  HMAC_SHA256("hmac-sha256"),
  /** {@code v1a}: the receiver only needs the public key. */
  ED25519("ed25519");

  private final String id;

  SigningAlgorithm(String id) {
    this.id = id;
  }

  /** The algorithm of this name in the control database and the API. */
  @JsonCreator
  public static SigningAlgorithm of(String id) {
    return Arrays.stream(values())
        .filter(each -> each.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown algorithm"));
  }

  @Override
  @JsonValue
  public String toString() {
    return id;
  }
}
