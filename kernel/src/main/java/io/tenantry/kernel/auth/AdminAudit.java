package io.tenantry.kernel.auth;

import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.audit.Refusals;
import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.http.ProblemDetail;
import io.vertx.core.Context;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.security.Principal;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the audit log every request to the admin API that changes something, and every request
 * that was refused for missing permissions. Requests of tenants are recorded where a resource asks
 * for it ({@link #RECORDS_TENANT}).
 */
@Provider
public final class AdminAudit implements ContainerResponseFilter {

  private static final Logger LOG = Logger.getLogger(AdminAudit.class);
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  /** A request property: the request changes nothing, although its method is not GET. */
  public static final String LOOKS_ONLY = "tenantry.audit.looks-only";

  /** A request property: further details for the audit entry, a {@code Map} of strings. */
  public static final String DETAILS = "tenantry.audit.details";

  /** A request property: the request is recorded although the caller is a tenant. */
  public static final String RECORDS_TENANT = "tenantry.audit.records-tenant";

  private static final String TENANTS = "tenantry.audit.tenants";
  private static final String WRITTEN = "tenantry.audit.written";
  private static final String TENANT_ID = "tenant_id";

  /** A project is a tenant and has the same id. */
  private static final String PROJECT_ID = "project_id";

  private static final Pattern NEW_TENANT =
      Pattern.compile(".*/(?:tenants|projects)/([0-9a-f-]{36})");

  private final Instance<AuditLog> log;
  private final Instance<Refusals> refusals;
  private final CurrentVertxRequest request;

  /** Looked up late: filters are created before the control database is configured. */
  AdminAudit(Instance<AuditLog> log, Instance<Refusals> refusals, CurrentVertxRequest request) {
    this.log = log;
    this.refusals = refusals;
    this.request = request;
  }

  /**
   * Declares which tenants a request concerns that its path does not name, so that the entry is
   * found by each of them. Call it before anything else: a failed request gets an entry, too.
   */
  public static void concerns(ContainerRequestContext asked, Collection<UUID> tenants) {
    Set<UUID> all = new HashSet<>(declared(asked));
    all.addAll(tenants);
    asked.setProperty(TENANTS, Set.copyOf(all));
  }

  /** {@link #concerns(ContainerRequestContext, Collection)} for at most one tenant. */
  public static void concerns(ContainerRequestContext asked, Optional<UUID> tenant) {
    concerns(asked, tenant.stream().toList());
  }

  private static Set<UUID> declared(ContainerRequestContext asked) {
    return asked.getProperty(TENANTS) instanceof Set<?> tenants
        ? tenants.stream().map(UUID.class::cast).collect(Collectors.toUnmodifiableSet())
        : Set.of();
  }

  @Override
  public void filter(ContainerRequestContext asked, ContainerResponseContext answer) {
    Principal principal = asked.getSecurityContext().getUserPrincipal();
    boolean refused = answer.getStatus() == ErrorCode.FORBIDDEN.status();
    boolean administers =
        (!(principal instanceof TenantPrincipal) || asked.getProperty(RECORDS_TENANT) != null)
            && !READING.contains(asked.getMethod())
            && asked.getProperty(LOOKS_ONLY) == null;
    if (principal == null || !(refused || administers)) {
      return;
    }
    if (answer.getStatus() < 400 && asked.getProperty(WRITTEN) != null) {
      return;
    }
    AuditEntry entry = entry(asked, answer, principal, refused);
    if (refused) {
      refusals.get().submit(entry);
      return;
    }
    if (Context.isOnEventLoopThread()) {
      log.get().submit(entry);
      return;
    }
    try {
      log.get().append(entry);
    } catch (DatabaseUnavailable | SqlError e) {
      // The action was performed, so the caller gets its result; the audit entry is written later.
      LOG.errorf(
          "control database unavailable; audit entry is written later: %s %s",
          entry, e.getMessage());
      log.get().submit(entry);
    }
  }

  /**
   * The entry of a request that succeeds, to be written in the same transaction as the change
   * itself, so that the answer waits for one commit instead of two. After the commit, call {@link
   * #written}.
   */
  public AuditEntry success(ContainerRequestContext asked) {
    return entry(
        asked,
        asked.getSecurityContext().getUserPrincipal(),
        parameter -> Optional.empty(),
        AuditEntry.Outcome.SUCCEEDED,
        Optional.empty());
  }

  /** Declares that the entry of this request was already written. */
  public static void written(ContainerRequestContext asked) {
    asked.setProperty(WRITTEN, true);
  }

  private AuditEntry entry(
      ContainerRequestContext asked,
      ContainerResponseContext answer,
      Principal principal,
      boolean refused) {
    return entry(
        asked,
        principal,
        parameter -> tenant(parameter, principal, answer),
        refused
            ? AuditEntry.Outcome.REFUSED
            : answer.getStatus() < 400 ? AuditEntry.Outcome.SUCCEEDED : AuditEntry.Outcome.FAILED,
        answer.getEntity() instanceof ProblemDetail problem
            ? Optional.of(problem.code().name())
            : Optional.empty());
  }

  private AuditEntry entry(
      ContainerRequestContext asked,
      Principal principal,
      Function<@Nullable String, Optional<UUID>> named,
      AuditEntry.Outcome outcome,
      Optional<String> code) {
    Map<String, String> parameters = single(asked.getUriInfo().getPathParameters());
    String path = asked.getUriInfo().getPath();
    for (Map.Entry<String, String> parameter : parameters.entrySet()) {
      path = path.replace('/' + parameter.getValue(), "/{" + parameter.getKey() + '}');
    }
    String tenant = parameters.remove(TENANT_ID);
    Set<UUID> tenants = new HashSet<>(declared(asked));
    named.apply(tenant == null ? parameters.get(PROJECT_ID) : tenant).ifPresent(tenants::add);
    if (asked.getProperty(DETAILS) instanceof Map<?, ?> details) {
      details.forEach((name, value) -> parameters.put(name.toString(), value.toString()));
    }
    return new AuditEntry(
        actor(principal),
        asked.getMethod() + ' ' + path,
        tenants,
        Optional.ofNullable(request.getCurrent())
            .map(current -> current.request().remoteAddress())
            .map(SocketAddress::hostAddress),
        outcome,
        code,
        parameters);
  }

  /** From the path, the caller's key, or the Location of what was created. */
  private static Optional<UUID> tenant(
      @Nullable String parameter, Principal principal, ContainerResponseContext answer) {
    try {
      if (parameter != null) {
        return Optional.of(UUID.fromString(parameter));
      }
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (principal instanceof TenantPrincipal tenant) {
      return Optional.of(tenant.tenantId());
    }
    return Optional.ofNullable(answer.getHeaderString(HttpHeaders.LOCATION))
        .map(NEW_TENANT::matcher)
        .filter(Matcher::matches)
        .map(match -> UUID.fromString(match.group(1)));
  }

  /** The name of a caller in the audit log. */
  public static String actor(Principal principal) {
    return switch (principal) {
      case TenantPrincipal tenant -> AuditEntry.ofKey(tenant.keyId());
      case QuarkusPrincipal key -> "key:" + key.getName();
      default -> "user:" + principal.getName();
    };
  }

  private static Map<String, String> single(MultivaluedMap<String, String> parameters) {
    Map<String, String> single = new HashMap<>();
    parameters.forEach((name, values) -> single.put(name, values.getFirst()));
    return single;
  }
}
