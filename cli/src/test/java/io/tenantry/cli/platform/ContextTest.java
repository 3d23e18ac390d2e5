package io.tenantry.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.cli.Ctl;
import io.tenantry.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextTest {

  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private Path file;
  private Ctl ctl;

  @BeforeEach
  void useOwnFolder() {
    file = folder.resolve("tenantctl/contexts.json");
    ctl = Ctl.bare().with("XDG_CONFIG_HOME", folder.toString());
  }

  @Test
  @Tag("P5")
  void savesContextsInPrivateFile() throws Exception {
    ctl.reading(KEY + "\n")
        .run("context", "set", "prod", "--url", "https://tenantry.example.com", "--key-file", "-")
        .ok()
        .prints("")
        .says("Context prod is the current one, stored in " + file + ".\n");

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    ctl.run("context", "list")
        .ok()
        .prints(
            """
            CONTEXT  CURRENT  TENANT_URL  INGESTION_URL  BACKUP_URL  KEY
            prod  yes  https://tenantry.example.com  https://tenantry.example.com  https://tenantry.example.com  0123********
            """);
    ctl.run("context", "show")
        .ok()
        .prints(
            """
            source:  context prod
            tenant_url:  https://tenantry.example.com
            ingestion_url:  https://tenantry.example.com
            backup_url:  https://tenantry.example.com
            key:  0123********
            """);
  }

  @Test
  @Tag("P5")
  void refusesContextFileReadableByOthers() throws Exception {
    ctl.run("context", "set", "a", "--url", "http://a.example", "--key", KEY).ok();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

    ctl.run("context", "list")
        .fails(ExitCode.USAGE)
        .says(
            "tenantctl: %1$s holds keys and can be read by other users\nhint: chmod 600 '%1$s'\n"
                .formatted(file));
  }

  @Test
  @Tag("P5")
  void usesChangesAndDeletesContexts() {
    ctl.run("context", "set", "a", "--url", "http://a.example", "--key", KEY).ok();
    ctl.run("context", "set", "b", "--url", "http://b.example").ok();
    ctl.run("context", "set", "a", "--backup-url", "http://c.example", "--answer-within", "5s")
        .ok();

    ctl.run("context", "use", "b").ok();
    assertThat(ctl.run("context", "show").ok().out()).contains("context b", "http://b.example");
    ctl.run("context", "show", "--context", "a", "-o", "json")
        .ok()
        .prints(
            """
            {
              "source" : "context a",
              "tenant_url" : "http://a.example",
              "ingestion_url" : "http://a.example",
              "backup_url" : "http://c.example",
              "key" : "0123********",
              "timeout" : "5000ms"
            }
            """);
    ctl.run("context", "delete", "b").fails(ExitCode.USAGE);
    ctl.run("context", "delete", "b", "--yes").ok();
    assertThat(ctl.run("context", "list", "-o", "name").ok().out()).isEqualTo("a\n");
    ctl.run("context", "use", "b")
        .fails(ExitCode.NOT_FOUND)
        .says(
            """
            tenantctl: there is no context b
            hint: tenantctl context list shows all contexts
            """);
    ctl.run("tenants", "list", "--context", "b").fails(ExitCode.USAGE);
  }

  @Test
  @Tag("P5")
  void prefersEnvironmentToCurrentContextButNotToNamedOne() {
    ctl.run("context", "set", "a", "--url", "http://a.example", "--key", KEY).ok();
    Ctl other = ctl.with("BACKUP_URL", "http://e.example");

    assertThat(other.run("context", "show").ok().out())
        .contains("context a and the environment", "http://e.example", "http://a.example");
    assertThat(other.run("context", "show", "--context", "a").ok().out())
        .doesNotContain("http://e.example");
    other.run("context", "set", "b", "--from-environment").fails(ExitCode.USAGE);
    other
        .with("TENANT_URL", "http://t.example")
        .with("INGESTION_URL", "http://i.example")
        .run("context", "set", "b", "--from-environment")
        .ok();
    assertThat(ctl.with("TENANTRY_CONTEXT", "a").run("context", "show").ok().out())
        .contains("context a");
  }

  @Test
  @Tag("P5")
  void refusesInvalidAddress() {
    ctl.run("context", "set", "a", "--url", "ftp://a.example").fails(ExitCode.USAGE);
    ctl.run("context", "set", "a", "--url", "http://me:secret@a.example")
        .fails(ExitCode.USAGE)
        .says(
            "tenantctl: the URL of tenant_url is not an http or https URL:"
                + " http://me:********@a.example\n");
    ctl.run("context", "set", "a")
        .fails(ExitCode.USAGE)
        .says(
            "tenantctl: the context needs tenant_url: give --url, --tenant-url or"
                + " --from-environment\n");
    assertThat(file).doesNotExist();
  }

  @Test
  @Tag("P5")
  void explainsWhatToDoWithoutContext() {
    ctl.run("tenants", "list")
        .fails(ExitCode.USAGE)
        .says(
            """
            tenantctl: no URL configured for tenant-service
            hint: tenantctl context set NAME --url URL --key-file FILE, or set TENANT_URL
            """);
  }
}
