package io.tenantry.tenant.blueprint;

import io.tenantry.kernel.crypto.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The files of a blueprint: their text by path. */
record BlueprintFiles(NavigableMap<String, String> contents) {

  static final String YAML = "blueprint.yaml";
  static final String MIGRATIONS = "migrations/";

  private static final int VERSION_DIGITS = 12;

  BlueprintFiles {
    contents = Collections.unmodifiableNavigableMap(contents);
  }

  static BlueprintFiles of(Map<String, String> contents) {
    return new BlueprintFiles(new TreeMap<>(contents));
  }

  /** The migration files by name. */
  NavigableMap<String, String> migrations() {
    NavigableMap<String, String> migrations = new TreeMap<>();
    contents.forEach(
        (path, text) -> {
          if (path.startsWith(MIGRATIONS)) {
            migrations.put(path.substring(MIGRATIONS.length()), text);
          }
        });
    return migrations;
  }

  /**
   * The version of this content: the first digits of a SHA-256 over paths and texts, ordered by
   * path, each terminated by a NUL.
   */
  String version() {
    MessageDigest digest = Sha256.newDigest();
    contents.forEach(
        (path, text) ->
            digest.update((path + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8)));
    return Sha256.hex(digest).substring(0, VERSION_DIGITS);
  }
}
