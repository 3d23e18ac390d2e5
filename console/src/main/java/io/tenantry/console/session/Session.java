package io.tenantry.console.session;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The session of a browser, kept in a cookie that only the console can read.
 *
 * @param id identifies it
 * @param login how it was started
 * @param name who it is: a role for a key, the name in the identity provider otherwise
 * @param role the most powerful role, for the app: the services decide what a caller may do
 * @param secret for a key the key itself; otherwise who the identity provider says it is
 * @param csrf what requests that change something must repeat in a header
 * @param replica the replica that started it
 */
record Session(
    UUID id,
    Login login,
    String name,
    String role,
    String secret,
    String csrf,
    UUID replica,
    Instant issuedAt,
    Instant expiresAt) {

  /** How a session was started. */
  enum Login {
    /** With the key of a role. */
    KEY,

    /** With an OpenID provider. */
    OIDC;

    /** Its name in JSON. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** All sessions with the same subject end together. */
  String subject() {
    return login.label() + ":" + secret;
  }

  JsonObject toJson() {
    return new JsonObject()
        .put("id", id.toString())
        .put("login", login.name())
        .put("name", name)
        .put("role", role)
        .put("secret", secret)
        .put("csrf", csrf)
        .put("replica", replica.toString())
        .put("issued_at", issuedAt.toEpochMilli())
        .put("expires_at", expiresAt.toEpochMilli());
  }

  /** The session of a cookie's content; empty for what another version has written. */
  static Optional<Session> of(JsonObject json) {
    try {
      return Optional.of(
          new Session(
              UUID.fromString(text(json, "id")),
              Login.valueOf(text(json, "login")),
              text(json, "name"),
              text(json, "role"),
              text(json, "secret"),
              text(json, "csrf"),
              UUID.fromString(text(json, "replica")),
              Instant.ofEpochMilli(time(json, "issued_at")),
              Instant.ofEpochMilli(time(json, "expires_at"))));
    } catch (IllegalArgumentException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static String text(JsonObject json, String name) {
    return Optional.ofNullable(json.getString(name))
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  private static long time(JsonObject json, String name) {
    return Optional.ofNullable(json.getLong(name))
        .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  /** Without what must not be logged. */
  @Override
  public String toString() {
    return "Session[" + id + "]";
  }
}
