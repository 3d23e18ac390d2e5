package io.tenantry.kernel.idempotency;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A fingerprint of caller, {@code Idempotency-Key}, method, URL and body of the current request.
 * Work that is stored under it is found again only by the same request, also after a crash between
 * that work and its answer.
 */
@Singleton
public final class RequestFingerprint {

  private static final String NAME = RequestFingerprint.class.getName();

  private final CurrentVertxRequest current;

  RequestFingerprint(CurrentVertxRequest current) {
    this.current = current;
  }

  void set(byte[] digest) {
    current.getCurrent().put(NAME, HexFormat.of().formatHex(digest));
  }

  /**
   * The fingerprint of the current request; empty if it has no key.
   *
   * @param operation the requested operation; its name must be the same in every version of the
   *     service
   */
  public Optional<String> of(String operation) {
    return Optional.ofNullable(current.getCurrent().<String>get(NAME))
        .map(fingerprint -> operation + " " + fingerprint);
  }
}
