package io.tenantry.cli.platform;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.api.Target;
import io.tenantry.cli.command.CommandException;
import io.tenantry.cli.command.CommandGroup;
import io.tenantry.cli.command.Confirmation;
import io.tenantry.cli.command.ExitCode;
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
public final class ClusterCommands extends CommandGroup {

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
      description = "List the PostgreSQL clusters with their capacity",
      footer = "  tenantctl clusters list")
  void list() {
    printer().list(platform().tenants().get(Target.of("/api/v1/clusters")), COLUMNS);
  }

  @Command(description = "Show a cluster", footer = "  tenantctl clusters show default")
  void show(@Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    printer().details(platform().tenants().get(Target.of(CLUSTER, cluster)), COLUMNS);
  }

  /** The admin of a new cluster. */
  @RegisterForReflection
  static final class Admin {

    @Option(
        names = "--admin-user",
        paramLabel = "ROLE",
        description = "the role that creates databases and roles; tenantry_admin if not given")
    String user = "tenantry_admin";

    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        required = true,
        description = "the file with that role's password; - for standard input")
    @Nullable String passwordFile;
  }

  /** The TLS options of a cluster. */
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
        description = "root certificates in PEM for verify-ca and verify-full")
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
      description = "Register a cluster; the connection is tested first",
      footer =
          "  tenantctl clusters register eu-2 --region eu-west-1 --host db2 --password-file"
              + " admin.pw")
  void register(
      @Parameters(paramLabel = "CLUSTER", description = "its name") String name,
      @Option(names = "--region", required = true, description = "its region") String region,
      @Option(names = "--host", required = true, description = "its host name") String host,
      @Option(names = "--port", defaultValue = "5432", description = "5432 if not given") int port,
      @Mixin Admin admin,
      @Mixin ServerTls tls,
      @Option(names = "--capacity", paramLabel = "N", description = "the maximum number of tenants")
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
      description = "Change the address or login of a cluster; the connection is tested first",
      footer = {
        "  tenantctl clusters update eu-1 --password-file admin.pw",
        "  tenantctl clusters update eu-1 --host db1-standby --password-file admin.pw",
        "  tenantctl clusters update eu-1 --ssl-mode verify-full --ssl-root-cert ca.pem"
      })
  void update(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster,
      @Option(names = "--host", description = "its new host name; it must be the same server")
          @Nullable String host,
      @Option(names = "--port", description = "its port") @Nullable Integer port,
      @Option(
              names = "--admin-user",
              paramLabel = "ROLE",
              description = "the role that creates databases and roles")
          @Nullable String user,
      @Option(
              names = "--password-file",
              paramLabel = "FILE",
              description =
                  "the file with that role's password, required with another host or port; - for standard"
                      + " input")
          @Nullable String passwordFile,
      @Option(
              names = "--maintenance-database",
              paramLabel = "NAME",
              description = "the database that this role connects to")
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
      throw CommandException.usage("no change given");
    }
    change(cluster, body);
  }

  @Command(
      description = "Show the root certificates of a cluster, in PEM",
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
      description = "Drain a cluster: no new tenants are placed on it",
      footer = "  tenantctl clusters drain eu-1")
  void drain(@Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    change(cluster, Json.body().with("status", "draining"));
  }

  @Command(
      description = "Activate a cluster: new tenants are placed on it again",
      footer = "  tenantctl clusters activate eu-1")
  void activate(@Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster) {
    change(cluster, Json.body().with("status", "active"));
  }

  @Command(
      description = "Set the maximum number of tenants of a cluster",
      footer = "  tenantctl clusters limit eu-1 1500")
  void limit(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster,
      @Parameters(paramLabel = "N", description = "the maximum number") int capacity) {
    change(cluster, Json.body().with("capacity", capacity));
  }

  private void change(String cluster, Json.Body body) {
    printer().row(platform().tenants().patch(Target.of(CLUSTER, cluster), body), COLUMNS);
  }

  @Command(
      description =
          "Remove a cluster without tenants from the registry, after its warm pool and golden templates",
      footer = {
        "  tenantctl clusters delete eu-1 --yes",
        "  tenantctl clusters delete eu-1 --leave-server --yes"
      })
  void delete(
      @Parameters(paramLabel = "CLUSTER", description = "the cluster") String cluster,
      @Option(
              names = "--leave-server",
              description = "remove nothing on its server, if that is lost")
          boolean leaveServer,
      @Mixin Confirmation confirmation) {
    confirmation.require(
        terminal(),
        "This removes cluster %s from the registry%s."
            .formatted(
                cluster,
                leaveServer
                    ? ", and changes nothing on its server"
                    : " and removes its warm pool and golden templates"));
    platform()
        .tenants()
        .delete(Target.of(CLUSTER, cluster).with("leave_server", leaveServer ? true : null));
    say("Cluster " + cluster + " removed.");
  }
}
