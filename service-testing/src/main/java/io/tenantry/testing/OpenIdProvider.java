package io.tenantry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * An OpenID provider: discovery, keys, a token endpoint for client credentials, and the code flow
 * for a person who logs in without being asked, and is member of a {@link #memberOf group}.
 */
public final class OpenIdProvider implements AutoCloseable {

  private final HttpServer server;
  private final KeyPair key;
  private final Map<String, String> noncesByCode = new ConcurrentHashMap<>();
  private volatile String group = "admin";
  private volatile Duration lifetime = Duration.ofMinutes(5);

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
    server.createContext("/authorize", this::authorize);
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

  /** The group of the person who logs in next. */
  public void memberOf(String group) {
    this.group = group;
  }

  /** How long the tokens of the code flow are valid. */
  public void tokensLast(Duration lifetime) {
    this.lifetime = lifetime;
  }

  private void authorize(HttpExchange exchange) throws IOException {
    Map<String, String> query = fields(exchange.getRequestURI().getRawQuery());
    String code = UUID.randomUUID().toString();
    noncesByCode.put(code, query.getOrDefault("nonce", ""));
    exchange
        .getResponseHeaders()
        .add(
            "Location",
            "%s?code=%s&state=%s".formatted(query.get("redirect_uri"), code, query.get("state")));
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  /** Every caller gets a token with the role in the form's {@code scope}, or of the code flow. */
  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        fields(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII));
    switch (form.getOrDefault("grant_type", "")) {
      case "authorization_code" ->
          answer(exchange, codeFlow(nonceOf(form.getOrDefault("code", ""))));
      case "refresh_token" -> answer(exchange, codeFlow(""));
      default ->
          answer(
              exchange,
              "{\"token_type\":\"Bearer\",\"expires_in\":300,\"access_token\":\"%s\"}"
                  .formatted(token(form.getOrDefault("scope", ""))));
    }
  }

  /** A code is valid once. */
  private String nonceOf(String code) {
    return Optional.ofNullable(noncesByCode.remove(code)).orElseThrow();
  }

  private String codeFlow(String nonce) {
    String access = sign(key, issuer(), group, lifetime);
    JwtClaimsBuilder id =
        Jwt.claims()
            .issuer(issuer())
            .subject("someone")
            .audience("tenantry")
            .issuedAt(System.currentTimeMillis() / 1000)
            .expiresAt(System.currentTimeMillis() / 1000 + lifetime.toSeconds());
    if (!nonce.isEmpty()) {
      id.claim("nonce", nonce);
    }
    return """
    {"token_type":"Bearer","expires_in":%d,"access_token":"%s","id_token":"%s","refresh_token":"%s"}
    """
        .formatted(
            lifetime.toSeconds(), access, id.jws().keyId("1").sign(key.getPrivate()), "refresh");
  }

  private static Map<String, String> fields(String form) {
    return Arrays.stream(form.split("&"))
        .map(field -> field.split("=", 2))
        .collect(
            Collectors.toMap(
                field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
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
