package io.tenantry.ingestion.instance;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How an instance's messages are signed. Public, so that Jackson can list its values. */
public enum WebhookSigning {
  /** X-Hub-Signature-256 over the body, or the secret itself in X-Webhook-Secret. */
  BODY,
  /** Standard Webhooks: a signature over id, timestamp and body. */
  STANDARD;

  static WebhookSigning of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
