package io.tenantry.tenant.webhook;

import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.tenant.webhook.event.WebhookEventType;
import jakarta.validation.constraints.Size;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The request body that tests an endpoint. */
record TestRequest(
    @Schema(description = "Whose example is sent; tenant.provisioned if omitted")
        @Size(max = 100, message = "must have at most 100 characters")
        @Nullable String type) {

  WebhookEventType eventType() {
    return type == null
        ? WebhookEventType.TENANT_PROVISIONED
        : WebhookEventType.byId(type)
            .orElseThrow(() -> new InvalidRequest("type", "is not an event type"));
  }
}
