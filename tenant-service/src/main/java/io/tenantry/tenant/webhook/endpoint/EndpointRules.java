package io.tenantry.tenant.webhook.endpoint;

import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.outbound.OutboundHeaders;
import io.tenantry.tenant.webhook.event.WebhookEventType;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** What endpoints may be set to. */
final class EndpointRules {

  /** What every message says itself, or what receivers take for the word of a proxy. */
  private static final Set<String> RESERVED =
      Set.of(
          "accept-encoding",
          "content-encoding",
          "content-type",
          "date",
          "forwarded",
          "user-agent",
          "via",
          "x-real-ip");

  private static final List<String> RESERVED_PREFIXES = List.of("webhook-", "x-forwarded-");

  private EndpointRules() {}

  /**
   * Requires types that this owner may receive.
   *
   * @throws InvalidRequest naming the first other one
   */
  static List<String> requireTypes(Owner owner, List<String> types) {
    for (String type : types) {
      Optional<WebhookEventType> known = WebhookEventType.byId(type);
      if (known.isEmpty()) {
        throw new InvalidRequest(
            "event_types", "has an unknown type; GET /api/v1/webhooks/event-types lists them");
      }
      if (!owner.isOperator() && !known.get().concernsTenant()) {
        throw new InvalidRequest("event_types", "has a type that is only sent to the operator");
      }
    }
    return List.copyOf(new TreeSet<>(types));
  }

  /**
   * Requires a filter by tenants that this owner may use.
   *
   * @throws InvalidRequest if the owner is a tenant, which gets its own events alone
   */
  static List<UUID> requireTenants(Owner owner, List<UUID> tenantIds) {
    if (!owner.isOperator() && !tenantIds.isEmpty()) {
      throw new InvalidRequest("tenant_ids", "is only for endpoints of the operator");
    }
    return List.copyOf(new TreeSet<>(tenantIds));
  }

  /**
   * Requires headers that may be added to a message.
   *
   * @throws InvalidRequest if one must not be set
   */
  static Map<String, String> requireHeaders(Map<String, String> headers) {
    OutboundHeaders.check("headers", headers);
    Set<String> seen = new TreeSet<>();
    for (String name : headers.keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (RESERVED.contains(lower) || RESERVED_PREFIXES.stream().anyMatch(lower::startsWith)) {
        throw new InvalidRequest("headers", "must not set " + lower);
      }
      if (!seen.add(lower)) {
        throw new InvalidRequest("headers", "has the name " + lower + " more than once");
      }
    }
    return Map.copyOf(headers);
  }

  /**
   * Whether both URLs name the same receiver, which already knows the values of the endpoint's
   * headers.
   */
  static boolean isSameReceiver(String first, String second) {
    return receiver(first).equals(receiver(second));
  }

  private static String receiver(String url) {
    URI uri = URI.create(url);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
