package io.tenantry.backup.restore;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A tenant with every awkward thing. */
final class Awkward {

  private Awkward() {}

  /** Fills a tenant. */
  static TestTenant fill(TestTenant tenant) {
    tenant.execute(
        resource("/awkward.sql")
            .replace(":schema", quote(tenant.schemaName()))
            .replace(":role", quote(tenant.role()))
            .replace(":owner", quote(tenant.objectOwner())));
    if (tenant.schema().isEmpty()) {
      tenant.execute(
          """
          CREATE EXTENSION pgcrypto;
          CREATE EXTENSION citext;
          CREATE SCHEMA "Second Schema";
          CREATE TABLE "Second Schema".emails (email citext PRIMARY KEY);
          INSERT INTO "Second Schema".emails VALUES ('A@b.c');
          """);
      addLargeObjects(tenant);
    }
    return tenant;
  }

  /** The tenant's own, which only its roles may read. */
  private static void addLargeObjects(TestTenant tenant) {
    tenant.column("SELECT lo_from_bytea(4711, decode(repeat('0fff', 3000), 'hex'))");
    tenant.column("SELECT lo_from_bytea(4712, '')");
  }

  private static String resource(String name) {
    try (InputStream in = Awkward.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
