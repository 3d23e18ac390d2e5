package io.tenantry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smallrye.jwt.build.Jwt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** An OpenID provider: discovery, keys, and a token endpoint for client credentials. */
public final class OpenIdProvider implements AutoCloseable {

  private final HttpServer server;
  private final KeyPair key;

  /** Starts it on a free port of the loopback address. */
  public OpenIdProvider() {
    this.key = newKey();
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/.well-known/openid-configuration", e -> answer(e, discovery()));
    server.createContext("/keys", e -> answer(e, keys()));
    server.createContext("/token", this::token);
    server.start();
  }

  /** A key pair that no provider publishes. */
  public static KeyPair newKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its URL, {@code OIDC_ISSUER} of the services. */
  public String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private String discovery() {
    return """
    {"issuer":"%1$s","jwks_uri":"%1$s/keys","token_endpoint":"%1$s/token",
     "authorization_endpoint":"%1$s/authorize","response_types_supported":["code"],
     "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}
    """
        .formatted(issuer());
  }

  private String keys() {
    RSAPublicKey rsa = (RSAPublicKey) key.getPublic();
    return """
    {"keys":[{"kty":"RSA","kid":"1","use":"sig","alg":"RS256","n":"%s","e":"%s"}]}
    """
        .formatted(base64(rsa.getModulus()), base64(rsa.getPublicExponent()));
  }

  private static String base64(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] magnitude = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(magnitude);
  }

  /** Every caller gets a token with the role in the form's {@code scope}. */
  private void token(HttpExchange exchange) throws IOException {
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII);
    String role =
        Arrays.stream(form.split("&"))
            .filter(field -> field.startsWith("scope="))
            .map(field -> field.substring("scope=".length()))
            .findFirst()
            .orElseThrow();
    answer(
        exchange,
        "{\"token_type\":\"Bearer\",\"expires_in\":300,\"access_token\":\"%s\"}"
            .formatted(token(role)));
  }

  /** A token for this group, signed with a given key. */
  public static String sign(KeyPair key, String issuer, String role, Duration lifetime) {
    return Jwt.claims()
        .issuer(issuer)
        .subject("someone")
        .groups(Set.of(role))
        .issuedAt(System.currentTimeMillis() / 1000 - 3600)
        .expiresAt(System.currentTimeMillis() / 1000 + lifetime.toSeconds())
        .jws()
        .keyId("1")
        .sign(key.getPrivate());
  }

  /** A token for this group that is valid for some minutes. */
  public String token(String group) {
    return sign(key, issuer(), group, Duration.ofMinutes(5));
  }

  /** A token that expired minutes ago. */
  public String expired(String role) {
    return sign(key, issuer(), role, Duration.ofMinutes(-5));
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
