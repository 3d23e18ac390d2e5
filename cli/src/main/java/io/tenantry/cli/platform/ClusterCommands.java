package io.tenantry.cli.platform;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
import io.tenantry.cli.command.Noun;
import io.tenantry.cli.command.Secret;
import io.tenantry.cli.output.Columns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@RegisterForReflection
@Command
public final class ClusterCommands extends Noun {

  private static final Columns COLUMNS =
      Columns.of(
          "CLUSTER name",
          "REGION region",
          "HOST host",
          "PORT port",
          "STATUS status",
          "TENANTS tenants n",
          "CAPACITY capacity n");
  private static final String CLUSTER = "/api/v1/clusters/{}";

  @Command(
      description = "List the PostgreSQL clusters with their room",
      footer = "  tenantctl clusters list")
  void list() {
    printer().list(platform().tenants().get(Target.of("/api/v1/clusters")), COLUMNS);
  }

  @Command(description = "Show a cluster", footer = "  tenantctl clusters show default")
  void show(@Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    printer().details(platform().tenants().get(Target.of(CLUSTER, cluster)), COLUMNS);
  }

  /** Who makes databases and roles on a new cluster. */
  @RegisterForReflection
  static final class Admin {

    @Option(
        names = "--admin-user",
        paramLabel = "ROLE",
        description = "who makes databases and roles; tenantry_admin if not given")
    String user = "tenantry_admin";

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        required = true,
        description = "where that role's password is; - for standard input")
    @Nullable String passwordFile;
  }

  /** How a cluster's server is believed to be itself. */
  @RegisterForReflection
  static final class ServerTls {

    @Option(
        names = "--ssl-mode",
        paramLabel = "MODE",
        description = "disable, allow, prefer, require, verify-ca or verify-full")
    @Nullable String mode;

    @Option(
        names = "--ssl-root-cert",
        paramLabel = "FILE",
        description = "certificates in PEM that verify-ca and verify-full trust")
    @Nullable Path rootCertificateFile;

    private @Nullable String rootCertificate() {
      try {
        return rootCertificateFile == null ? null : Files.readString(rootCertificateFile);
      } catch (IOException e) {
        throw CommandException.usage("the file " + rootCertificateFile + " cannot be read");
      }
    }
  }

  @Command(
      description = "Register a cluster; it is tried out first",
      footer =
          "  tenantctl clusters register eu-2 --region eu-west-1 --host db2 --password-file"
              + " admin.pw")
  void register(
      @Parameters(paramLabel = "CLUSTER", description = "its name") String name,
      @Option(names = "--region", required = true, description = "where it stands") String region,
      @Option(names = "--host", required = true, description = "where it is reached") String host,
      @Option(names = "--port", defaultValue = "5432", description = "5432 if not given") int port,
      @Mixin Admin admin,
      @Mixin ServerTls tls,
      @Option(names = "--capacity", paramLabel = "N", description = "how many tenants at most")
          @Nullable Integer capacity) {
    printer()
        .row(
            platform()
                .tenants()
                .post(
                    Target.of("/api/v1/clusters"),
                    Json.body()
                        .with("name", name)
                        .with("region", region)
                        .with("host", host)
                        .with("port", port)
                        .with("admin_user", admin.user)
                        .with(
                            "admin_password",
                            Secret.read(Optional.ofNullable(admin.passwordFile), terminal())
                                .orElseThrow())
                        .with("ssl_mode", tls.mode)
                        .with("ssl_root_certificate", tls.rootCertificate())
                        .with("capacity", capacity)),
            COLUMNS);
  }

  @Command(
      description = "Change how a cluster is reached; it is tried out first",
      footer = {
        "  tenantctl clusters update eu-1 --password-file admin.pw",
        "  tenantctl clusters update eu-1 --host db1-standby --password-file admin.pw",
        "  tenantctl clusters update eu-1 --ssl-mode verify-full --ssl-root-cert ca.pem"
      })
  void update(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster,
      @Option(names = "--host", description = "where it is reached; it must be the same server")
          @Nullable String host,
      @Option(names = "--port", description = "its port there") @Nullable Integer port,
      @Option(
              names = "--admin-user",
              paramLabel = "ROLE",
              description = "who makes databases and roles")
          @Nullable String user,
      @Option(
              names = "--password-file",
              paramLabel = "FILE",
              description =
                  "where that role's password is, needed with another host or port; - for standard"
                      + " input")
          @Nullable String passwordFile,
      @Option(
              names = "--maintenance-database",
              paramLabel = "NAME",
              description = "the database that role connects to")
          @Nullable String maintenanceDatabase,
      @Mixin ServerTls tls) {
    Json.Body body =
        Json.body()
            .with("host", host)
            .with("port", port)
            .with("admin_user", user)
            .with(
                "admin_password",
                Secret.read(Optional.ofNullable(passwordFile), terminal()).orElse(null))
            .with("maintenance_database", maintenanceDatabase)
            .with("ssl_mode", tls.mode)
            .with("ssl_root_certificate", tls.rootCertificate());
    if (body.node().isEmpty()) {
      throw CommandException.usage("nothing to change is named");
    }
    change(cluster, body);
  }

  @Command(
      description = "Show the certificates that a cluster's server is checked against, in PEM",
      footer = "  tenantctl clusters certificate eu-1 > root.crt")
  void certificate(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    String pem =
        platform()
            .tenants()
            .get(Target.of(CLUSTER + "/ssl-root-certificate", cluster))
            .path("ssl_root_certificate")
            .asText("");
    if (pem.isEmpty()) {
      throw new CommandException(
          ExitCode.NOT_FOUND, "the certificate of cluster " + cluster + " is not checked");
    }
    terminal().out().print(pem);
    terminal().out().flush();
  }

  @Command(
      description = "Let no new tenants in; those there are stay",
      footer = "  tenantctl clusters drain eu-1")
  void drain(@Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    change(cluster, Json.body().with("status", "draining"));
  }

  @Command(description = "Let new tenants in again", footer = "  tenantctl clusters activate eu-1")
  void activate(@Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    change(cluster, Json.body().with("status", "active"));
  }

  @Command(
      description = "Say how many tenants a cluster holds at most",
      footer = "  tenantctl clusters limit eu-1 1500")
  void limit(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster,
      @Parameters(paramLabel = "N", description = "how many") int capacity) {
    change(cluster, Json.body().with("capacity", capacity));
  }

  private void change(String cluster, Json.Body body) {
    printer().row(platform().tenants().patch(Target.of(CLUSTER, cluster), body), COLUMNS);
  }

  @Command(
      description =
          "Forget a cluster without tenants; its warm pool and golden templates are removed first",
      footer = {
        "  tenantctl clusters delete eu-1 --yes",
        "  tenantctl clusters delete eu-1 --leave-server --yes"
      })
  void delete(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster,
      @Option(names = "--leave-server", description = "remove nothing on its server, which is lost")
          boolean leaveServer,
      @Mixin Confirmation confirmation) {
    confirmation.require(
        terminal(),
        "This forgets cluster %s%s."
            .formatted(
                cluster,
                leaveServer
                    ? ", and leaves its server as it is"
                    : " and removes its warm pool and golden templates"));
    platform()
        .tenants()
        .delete(Target.of(CLUSTER, cluster).with("leave_server", leaveServer ? true : null));
    say("Cluster " + cluster + " is forgotten.");
  }
}
