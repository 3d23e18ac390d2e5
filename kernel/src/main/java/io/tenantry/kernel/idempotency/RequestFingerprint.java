package io.tenantry.kernel.idempotency;

import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What stands for caller, {@code Idempotency-Key}, method, address and body of the current request
 * together. Work that is stored under it is found again by the same request alone, also after a
 * crash between that work and its answer.
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
   * The fingerprint of the request that is being answered; empty if it came without a key.
   *
   * @param operation what is asked for; every version of the service has to name it alike
   */
  public Optional<String> of(String operation) {
    return Optional.ofNullable(current.getCurrent().<String>get(NAME))
        .map(fingerprint -> operation + " " + fingerprint);
  }
}
