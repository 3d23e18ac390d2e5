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

  /** The directory's secrets; generated if it has none. */
  static Secrets in(Path directory) {
    Path file = directory.resolve(FILE);
    if (Files.exists(file)) {
      return read(file);
    }
    Secrets generated =
        new Secrets(
            urlSafe(24),
            urlSafe(24),
            urlSafe(24),
            urlSafe(36),
            Base64.getEncoder().encodeToString(bytes(32)));
    generated.write(file);
    return generated;
  }

  static boolean existIn(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  private static Secrets read(Path file) {
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Secrets(
        value(properties, "superuser_password", file),
        value(properties, "control_database_password", file),
        value(properties, "cluster_admin_password", file),
        value(properties, "admin_key", file),
        value(properties, "encryption_key", file));
  }

  private static String value(Properties properties, String name, Path file) {
    String value = properties.getProperty(name);
    if (value == null || value.isBlank()) {
      throw new LocalStackException(
          file + " has no " + name + "; delete its directory to start again");
    }
    return value;
  }

  private void write(Path file) {
    Properties properties = new Properties();
    properties.setProperty("superuser_password", superuserPassword);
    properties.setProperty("control_database_password", controlDatabasePassword);
    properties.setProperty("cluster_admin_password", clusterAdminPassword);
    properties.setProperty("admin_key", adminKey);
    properties.setProperty("encryption_key", encryptionKey);
    StringWriter text = new StringWriter();
    try {
      properties.store(
          text,
          "Generated on the first start. The data in this directory cannot be used without it.");
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

  /** Without the values, which a record would print. */
  @Override
  public String toString() {
    return "Secrets[…]";
  }
}
