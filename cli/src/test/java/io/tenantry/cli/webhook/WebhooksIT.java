package io.tenantry.cli.webhook;

import static io.tenantry.cli.Services.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.cli.Ctl;
import io.tenantry.cli.Services;
import io.tenantry.cli.command.ExitCode;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("T23")
class WebhooksIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Ctl ctl = Services.ctl();

  @Test
  void managesEndpointOfTenantAndItsDeliveries() {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    String path = "/" + UUID.randomUUID();

    Ctl.Result created =
        ctl.run("webhooks", "create", url(path), "--tenant", tenant, "-o", "json").ok();
    String endpoint = created.json().path("endpoint").path("endpoint_id").asText();
    assertThat(created.json().path("secret").asText()).startsWith("whsec_");
    assertThat(ctl.run("webhooks", "list", "--tenant", tenant, "-o", "name").ok().out())
        .isEqualTo(endpoint + "\n");
    ctl.run("webhooks", "test", endpoint, "--tenant", tenant).ok();
    assertThat(Receiver.messages(path)).hasSize(1);

    ctl.run("tenants", "suspend", tenant).ok();
    await().atMost(LIMIT).until(() -> Receiver.messages(path).size() == 2);
    assertThat(Receiver.messages(path).getLast().body()).contains("\"tenant.suspended\"", tenant);
    String delivery =
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    ctl.run(
                            "webhooks",
                            "deliveries",
                            "--tenant",
                            tenant,
                            "--status",
                            "delivered",
                            "-o",
                            "name")
                        .ok()
                        .out()
                        .strip(),
                name -> !name.isEmpty());
    assertThat(
            ctl.run("webhooks", "delivery", delivery, "--tenant", tenant, "-o", "json")
                .ok()
                .json()
                .path("attempts")
                .path(0)
                .path("code")
                .asInt())
        .isEqualTo(204);

    ctl.run("webhooks", "rotate", endpoint, "--tenant", tenant).ok();
    ctl.run("webhooks", "resend", delivery, "--tenant", tenant).ok();
    await().atMost(LIMIT).until(() -> Receiver.messages(path).size() == 3);
    assertThat(Receiver.messages(path).getLast().id())
        .isEqualTo(Receiver.messages(path).get(1).id());
    assertThat(Receiver.messages(path).getLast().signature()).matches("v1,\\S+ v1,\\S+");

    ctl.run("webhooks", "recover", endpoint, "--tenant", tenant, "--since", "2026-01-01T00:00:00Z")
        .ok();
    // The tenant was provisioned before the endpoint existed.
    assertThat(
            ctl.run(
                    "webhooks",
                    "replay",
                    endpoint,
                    "--tenant",
                    tenant,
                    "--since",
                    "2026-01-01T00:00:00Z",
                    "-o",
                    "json")
                .ok()
                .json()
                .path("deliveries")
                .asInt())
        .isEqualTo(1);
    await().atMost(LIMIT).until(() -> Receiver.messages(path).size() == 4);

    ctl.run("webhooks", "delete", endpoint, "--tenant", tenant, "--yes").ok();
    ctl.run("webhooks", "show", endpoint, "--tenant", tenant).fails(ExitCode.NOT_FOUND);
  }

  @Test
  void pausesChangesAndResumesEndpointOfOperator() {
    String path = "/" + UUID.randomUUID();
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();
    String endpoint =
        ctl.run("webhooks", "create", url(path), "--of", tenant, "-o", "json")
            .ok()
            .json()
            .path("endpoint")
            .path("endpoint_id")
            .asText();

    ctl.run("webhooks", "pause", endpoint).ok();
    ctl.run("tenants", "suspend", tenant).ok();
    ctl.run("webhooks", "update", endpoint, "--type", "tenant.suspended", "--rate-limit", "5").ok();
    assertThat(ctl.run("webhooks", "show", endpoint, "-o", "json").ok().json().path("status"))
        .hasToString("\"paused\"");
    assertThat(
            ctl.run("webhooks", "update", endpoint, "--all-types", "-o", "json")
                .ok()
                .json()
                .path("event_types"))
        .isEmpty();
    assertThat(Receiver.messages(path)).isEmpty();
    ctl.run("webhooks", "resume", endpoint).ok();

    await().atMost(LIMIT).until(() -> Receiver.messages(path).size() == 1);
    ctl.run("webhooks", "delete", endpoint, "--yes").ok();
  }

  @Test
  void refusesAddressInside() {
    for (String url :
        new String[] {"https://169.254.169.254/", "https://localhost/", "https://10.0.0.1/"}) {
      assertThat(ctl.run("webhooks", "create", url).fails(ExitCode.USAGE).err())
          .contains("(OUTBOUND_ADDRESS_REFUSED)");
    }
  }

  @Test
  void listsTypesAndCreatesAndRevokesPortalLink() {
    String tenant = newName();
    ctl.run("tenants", "create", tenant).ok();

    assertThat(ctl.run("webhooks", "types", "-o", "name").ok().out()).contains("backup.failed\n");
    Ctl.Result link = ctl.run("webhooks", "portal", tenant, "--lifetime", "5m", "-o", "json").ok();
    String id = link.json().path("tenant_id").asText();
    assertThat(
            ctl.with("TENANTRY_ADMIN_KEY", link.json().path("token").asText())
                .run("webhooks", "list", "--tenant", id)
                .ok()
                .out())
        .startsWith("ENDPOINT");
    ctl.with("TENANTRY_ADMIN_KEY", link.json().path("token").asText())
        .run("tenants", "list")
        .fails(ExitCode.NOT_PERMITTED);

    ctl.run("webhooks", "portal-revoke", tenant, "--yes").ok();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ctl.with("TENANTRY_ADMIN_KEY", link.json().path("token").asText())
                        .run("webhooks", "list", "--tenant", id)
                        .code()
                    == ExitCode.NOT_PERMITTED.number());
  }

  private static String url(String path) {
    return "http://" + Receiver.address() + path;
  }
}
