package io.tenantry.kernel.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.ProblemDetail;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * Admits who presents the admin key as {@code Authorization: Bearer …} (RFC 6750). Made before
 * anything else of the service starts: without a key, nothing does.
 */
@Singleton
@Startup(1)
public final class AdminKeyAuthentication implements HttpAuthenticationMechanism {

  private static final int SHORTEST_KEY = 16;
  private static final String SCHEME = "Bearer ";

  private final byte[] keyDigest;
  private final SecurityIdentity admin;
  private final ObjectMapper mapper;

  AdminKeyAuthentication(AdminConfig config, ObjectMapper mapper) {
    String key =
        config
            .key()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "TENANTRY_ADMIN_KEY is not set: the admin API needs a key (make one with:"
                            + " openssl rand -hex 32)"));
    if (key.length() < SHORTEST_KEY) {
      throw new ConfigurationException(
          "TENANTRY_ADMIN_KEY is too short: %d characters, at least %d are needed"
              .formatted(key.length(), SHORTEST_KEY));
    }
    this.keyDigest = sha256(key);
    this.mapper = mapper;
    this.admin =
        QuarkusSecurityIdentity.builder()
            .setPrincipal(new QuarkusPrincipal(Roles.ADMIN))
            .addRole(Roles.ADMIN)
            .build();
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    String authorization = context.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization == null) {
      return Uni.createFrom().nullItem();
    }
    boolean bearer = authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    // Digests of equal length, compared in constant time: neither content nor length leaks.
    return bearer
            && MessageDigest.isEqual(
                keyDigest, sha256(authorization.substring(SCHEME.length()).strip()))
        ? Uni.createFrom().item(admin)
        : Uni.createFrom().failure(new AuthenticationFailedException());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().item(new ChallengeData(401, HttpHeaders.WWW_AUTHENTICATE, "Bearer"));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    HttpServerResponse response = context.response();
    response
        .setStatusCode(ErrorCode.UNAUTHENTICATED.status())
        .putHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .putHeader(HttpHeaders.CONTENT_TYPE, ProblemDetail.MEDIA_TYPE);
    return Uni.createFrom()
        .completionStage(response.end(problem()).toCompletionStage())
        .replaceWith(true);
  }

  private String problem() {
    try {
      return mapper.writeValueAsString(
          ProblemDetail.of(
              ErrorCode.UNAUTHENTICATED,
              "Send the admin key as 'Authorization: Bearer …'.",
              List.of()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
