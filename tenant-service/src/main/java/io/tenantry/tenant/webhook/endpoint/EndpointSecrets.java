package io.tenantry.tenant.webhook.endpoint;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The confidential part of an endpoint, stored encrypted.
 *
 * @param key the key that signs, in its notation
 * @param previous keys of earlier rotations, which sign as well until they expire; the latest first
 * @param headers custom headers, whose values may be credentials
 */
@RegisterForReflection
public record EndpointSecrets(String key, List<Previous> previous, Map<String, String> headers) {

  /** More signatures than this would make the header too long for some receivers. */
  private static final int MOST_PREVIOUS = 4;

  /** A key that was rotated out. */
  @RegisterForReflection
  public record Previous(String key, Instant expiresAt) {

    @Override
    public String toString() {
      return "Previous[]";
    }
  }

  /**
   * The same, with another key; the current one signs as well for the overlap.
   *
   * @throws InvalidRequest if that would end an earlier key before its time
   */
  EndpointSecrets rotated(SigningKey next, Instant now, Duration overlap) {
    List<Previous> all = new ArrayList<>();
    if (!overlap.isZero()) {
      if (validAt(now).size() >= MOST_PREVIOUS) {
        throw new InvalidRequest(
            "overlap_seconds",
            "must be 0, which ends all previous secrets, while %d of them are valid"
                .formatted(MOST_PREVIOUS));
      }
      all.add(new Previous(key, now.plus(overlap)));
      all.addAll(validAt(now));
    }
    return new EndpointSecrets(next.text(), all, headers);
  }

  /** The same, without keys that have expired. */
  EndpointSecrets withoutExpired(Instant now) {
    return new EndpointSecrets(key, validAt(now), headers);
  }

  EndpointSecrets withHeaders(Map<String, String> changed) {
    return new EndpointSecrets(key, previous, changed);
  }

  private List<Previous> validAt(Instant now) {
    return previous.stream().filter(each -> each.expiresAt().isAfter(now)).toList();
  }

  /** When the first previous key expires. */
  Optional<Instant> firstExpiry() {
    return previous.stream().map(Previous::expiresAt).min(Instant::compareTo);
  }

  /**
   * The headers that identify and sign one attempt.
   *
   * @param messageId the same for all attempts of a delivery
   * @param payload exactly as it is sent
   */
  public Map<String, String> signatureHeaders(String messageId, Instant at, byte[] payload) {
    String timestamp = Long.toString(at.getEpochSecond());
    byte[] start = (messageId + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8);
    byte[] content = new byte[start.length + payload.length];
    System.arraycopy(start, 0, content, 0, start.length);
    System.arraycopy(payload, 0, content, start.length, payload.length);
    String signatures =
        Stream.concat(Stream.of(key), validAt(at).stream().map(Previous::key))
            .map(each -> SigningKey.parse(each).sign(content))
            .collect(Collectors.joining(" "));
    return Map.of(
        "webhook-id", messageId,
        "webhook-timestamp", timestamp,
        "webhook-signature", signatures);
  }

  @Override
  public String toString() {
    return "EndpointSecrets[]";
  }
}
