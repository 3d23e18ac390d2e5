package io.tenantry.tenant.cluster;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import java.util.Optional;
import java.util.Set;

/** Explains to an operator why a server cannot be registered or used as a cluster. */
final class AccessFailure {

  /** The SQLSTATEs of a refused login: class 28, and below an unknown database or no CONNECT. */
  private static final String INVALID_AUTHORIZATION = "28";

  private static final Set<String> LOGIN_REFUSED = Set.of("3D000", "42501");

  private static final int MAX_LENGTH = 300;

  private AccessFailure() {}

  /** The error with the reason given by the network, TLS or PostgreSQL. */
  static TenantryException of(ClusterAccess access, RuntimeException failure) {
    String server = access.host() + ':' + access.port();
    return switch (failure) {
      case DatabaseUnavailable unavailable -> unavailable(access, server, unavailable);
      case SqlError refusal -> unusable(server + ": " + refused(refusal));
      default -> throw failure;
    };
  }

  private static TenantryException unavailable(
      ClusterAccess access, String server, DatabaseUnavailable failure) {
    Optional<ServerProbe.Finding> found =
        failure.isExplained()
            ? Optional.empty()
            : ServerProbe.examine(access.host(), access.port(), requiresTls(access));
    boolean tls =
        found.map(ServerProbe.Finding::tls).orElse(failure.code() == ErrorCode.DATABASE_TLS_FAILED);
    String reason = found.map(ServerProbe.Finding::reason).orElseGet(() -> plain(failure.reason()));
    return new TenantryException(
        tls ? ErrorCode.CLUSTER_TLS_FAILED : ErrorCode.CLUSTER_UNUSABLE,
        "%s: %s.".formatted(server, reason),
        failure);
  }

  private static boolean requiresTls(ClusterAccess access) {
    return switch (access.tls().mode()) {
      case REQUIRE, VERIFY_CA, VERIFY_FULL -> true;
      case DISABLE, ALLOW, PREFER -> false;
    };
  }

  private static String refused(SqlError refusal) {
    String answer =
        "%s (SQLSTATE %s)".formatted(plain(refusal.getMessage()), plain(refusal.sqlState()));
    return refusal.sqlState().startsWith(INVALID_AUTHORIZATION)
            || LOGIN_REFUSED.contains(refusal.sqlState())
        ? "PostgreSQL refuses the admin's login: " + answer + '.'
        : "PostgreSQL refuses the admin's statements: %s; see deploy/postgres/tenant-cluster.sql."
            .formatted(answer);
  }

  /** Sanitizes the text of an untrusted server: a single line of limited length. */
  private static String plain(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "…" : line;
  }

  static TenantryException unusable(String reason) {
    return new TenantryException(ErrorCode.CLUSTER_UNUSABLE, reason);
  }
}
