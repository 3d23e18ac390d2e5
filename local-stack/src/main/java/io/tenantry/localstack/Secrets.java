package io.tenantry.localstack;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/** The generated secrets of a stack, kept in a file that only its owner can read. */
record Secrets(
    String superuserPassword,
    String controlDatabasePassword,
    String clusterAdminPassword,
    String adminKey,
    String encryptionKey) {

  private static final String FILE = "secrets.properties";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The folder's secrets; made when it has none. */
  static Secrets in(Path directory) {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      return read(file);
    }
    Secrets made =
        new Secrets(
            urlSafe(24),
            urlSafe(24),
            urlSafe(24),
            urlSafe(36),
            Base64.getEncoder().encodeToString(bytes(32)));
    made.write(file);
    return made;
  }

  static boolean existIn(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  private static Secrets read(Path file) {
    Properties kept = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      kept.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Secrets(
        value(kept, "superuser_password", file),
        value(kept, "control_database_password", file),
        value(kept, "cluster_admin_password", file),
        value(kept, "admin_key", file),
        value(kept, "encryption_key", file));
  }

  private static String value(Properties kept, String name, Path file) {
    String value = kept.getProperty(name);
    if (value == null || value.isBlank()) {
      throw new LocalStackException(
          file + " has no " + name + "; remove its folder to start afresh");
    }
    return value;
  }

  private void write(Path file) {
    Properties kept = new Properties();
    kept.setProperty("superuser_password", superuserPassword);
    kept.setProperty("control_database_password", controlDatabasePassword);
    kept.setProperty("cluster_admin_password", clusterAdminPassword);
    kept.setProperty("admin_key", adminKey);
    kept.setProperty("encryption_key", encryptionKey);
    StringWriter text = new StringWriter();
    try {
      kept.store(text, "Generated on the first start. The data beside it is of no use without it.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Directories.writePrivate(file, text.toString());
  }

  private static String urlSafe(int length) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(length));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** Without the values: records print all they hold. */
  @Override
  public String toString() {
    return "Secrets[…]";
  }
}
