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
 * Writes every request to the admin API that changes something into the audit log, and every one
 * that is refused for want of a right, whoever made it.
 */
@Provider
public final class AdminAudit implements ContainerResponseFilter {

  private static final Logger LOG = Logger.getLogger(AdminAudit.class);
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  /** A property of requests that change nothing, though they are no GET. */
  public static final String LOOKS_ONLY = "tenantry.audit.looks-only";

  /** A property of requests: what else is worth knowing of it, a {@code Map} of texts. */
  public static final String DETAILS = "tenantry.audit.details";

  private static final String TENANTS = "tenantry.audit.tenants";
  private static final String WRITTEN = "tenantry.audit.written";
  private static final String TENANT_ID = "tenant_id";

  /** A project is a tenant, and has its id. */
  private static final String PROJECT_ID = "project_id";

  private static final Pattern NEW_TENANT =
      Pattern.compile(".*/(?:tenants|projects)/([0-9a-f-]{36})");

  private final Instance<AuditLog> log;
  private final Instance<Refusals> refusals;
  private final CurrentVertxRequest request;

  /** Filters are made before the configuration is read that the control database needs. */
  AdminAudit(Instance<AuditLog> log, Instance<Refusals> refusals, CurrentVertxRequest request) {
    this.log = log;
    this.refusals = refusals;
    this.request = request;
  }

  /**
   * Says which tenants a request concerns that its path does not name, so that the entry is found
   * by each of them. To be called before anything is done: a failed request has an entry, too.
   */
  public static void concerns(ContainerRequestContext asked, Collection<UUID> tenants) {
    Set<UUID> all = new HashSet<>(declared(asked));
    all.addAll(tenants);
    asked.setProperty(TENANTS, Set.copyOf(all));
  }

  /** {@link #concerns(ContainerRequestContext, Collection)} of one tenant, or none. */
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
        !(principal instanceof TenantPrincipal)
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
      // It has happened, so that the caller must be told of it; the log hears of it later.
      LOG.errorf("audit entry waits for the control database: %s %s", entry, e.getMessage());
      log.get().submit(entry);
    }
  }

  /**
   * The entry of a request that succeeds, for what writes it in the transaction that does what was
   * requested: so they stand or fall together, and the answer waits for one commit, not two. Once
   * that is committed, {@link #written} has to say so.
   */
  public AuditEntry success(ContainerRequestContext asked) {
    return entry(
        asked,
        asked.getSecurityContext().getUserPrincipal(),
        parameter -> Optional.empty(),
        AuditEntry.Outcome.SUCCEEDED,
        Optional.empty());
  }

  /** The entry of this request is in the log, if the request succeeds. */
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

  /** By the path, or the key, or the place of what was made. */
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

  /** What the log calls whoever this is. */
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
