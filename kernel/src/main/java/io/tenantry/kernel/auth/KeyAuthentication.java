package io.tenantry.kernel.auth;

import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.Refusals;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.RoutingProblems;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Authenticates callers by an admin key or a tenant's API key, sent as {@code Authorization: Bearer
 * …} (RFC 6750) or {@code X-API-Key}. JSON Web Tokens are left to OpenID Connect where it is
 * configured.
 */
@Singleton
public final class KeyAuthentication implements HttpAuthenticationMechanism {

  private static final String SCHEME = "Bearer ";
  private static final String API_KEY = "X-API-Key";
  private static final int LONGEST_PATH = 255;

  private final AdminKeys adminKeys;
  private final TenantKeys tenantKeys;
  private final Refusals refusals;
  private final RoutingProblems problems;
  private final OidcAuthenticationMechanism tokens;
  private final boolean openIdConnect;

  KeyAuthentication(
      AdminKeys adminKeys,
      TenantKeys tenantKeys,
      Refusals refusals,
      RoutingProblems problems,
      OidcAuthenticationMechanism tokens,
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean openIdConnect) {
    this.adminKeys = adminKeys;
    this.tenantKeys = tenantKeys;
    this.refusals = refusals;
    this.problems = problems;
    this.tokens = tokens;
    this.openIdConnect = openIdConnect;
  }

  /** Runs before OpenID Connect, which claims every bearer token. */
  @Override
  public int getPriority() {
    return HttpAuthenticationMechanism.DEFAULT_PRIORITY * 2;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    HttpServerRequest request = context.request();
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    String apiKey = request.getHeader(API_KEY);
    String key;
    if (authorization != null) {
      if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
        return refused();
      }
      key = authorization.substring(SCHEME.length()).strip();
    } else if (apiKey != null) {
      key = apiKey.strip();
    } else {
      return Uni.createFrom().nullItem();
    }
    Optional<SecurityIdentity> admin = adminKeys.identify(key);
    if (admin.isPresent()) {
      return Uni.createFrom().item(admin.get());
    }
    if (openIdConnect && authorization != null && key.chars().filter(c -> c == '.').count() == 2) {
      // This mechanism sends the challenge, also when OpenID Connect refuses the token.
      return tokens
          .authenticate(context, identities)
          .onFailure()
          .invoke(() -> context.put(HttpAuthenticationMechanism.class.getName(), this));
    }
    return Uni.createFrom()
        .completionStage(() -> tenantKeys.check(key))
        .flatMap(
            check ->
                switch (check) {
                  case KeyCheck.Known known -> Uni.createFrom().item(known.identity());
                  case KeyCheck.Refused refused -> {
                    record(request, refused);
                    yield refused();
                  }
                });
  }

  private void record(HttpServerRequest request, KeyCheck.Refused refused) {
    Optional<String> address =
        Optional.ofNullable(request.remoteAddress()).map(SocketAddress::hostAddress);
    refused
        .holder()
        .ifPresentOrElse(
            holder -> refusals.submit(entry(request, address, refused.reason(), holder)),
            () -> refusals.unknownKey(address));
  }

  private static AuditEntry entry(
      HttpServerRequest request,
      Optional<String> address,
      KeyCheck.Reason reason,
      TenantPrincipal holder) {
    String path = Objects.requireNonNullElse(request.path(), "");
    return new AuditEntry(
        AuditEntry.ofKey(holder.keyId()),
        request.method() + " " + path.substring(0, Math.min(path.length(), LONGEST_PATH)),
        Optional.of(holder.tenantId()),
        address,
        AuditEntry.Outcome.REFUSED,
        Optional.of(ErrorCode.UNAUTHENTICATED.name()),
        Map.of("reason", reason.toString()));
  }

  private Uni<SecurityIdentity> refused() {
    return Uni.createFrom().failure(new AuthenticationFailedException());
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().item(new ChallengeData(401, HttpHeaders.WWW_AUTHENTICATE, "Bearer"));
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    context.response().putHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    return Uni.createFrom()
        .completionStage(
            problems
                .answer(
                    context,
                    ErrorCode.UNAUTHENTICATED,
                    "Send a key as 'Authorization: Bearer …' or 'X-API-Key: …'.")
                .toCompletionStage())
        .replaceWith(true);
  }
}
