package io.tenantry.operator.blueprint;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.tenantry.operator.runtime.Blocked;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of a blueprint, from ConfigMaps. A ConfigMap's keys cannot contain slashes, and a
 * blueprint has one folder: {@code blueprint.yaml} is that file, every other key is the name of a
 * file in {@code migrations/}.
 */
record BlueprintContent(NavigableMap<String, String> files) {

  private static final String YAML = "blueprint.yaml";
  private static final String MIGRATIONS = "migrations/";

  /**
   * The files of ConfigMaps.
   *
   * @throws Blocked if they have none, one twice, or one that is not text
   */
  static BlueprintContent of(List<ConfigMap> configMaps) {
    NavigableMap<String, String> files = new TreeMap<>();
    for (ConfigMap configMap : configMaps) {
      String name = configMap.getMetadata().getName();
      Optional.ofNullable(configMap.getBinaryData()).orElse(Map.of()).keySet().stream()
          .findFirst()
          .ifPresent(
              key -> {
                throw Blocked.refused(
                    "InvalidFiles",
                    "The key %s of the ConfigMap %s is not UTF-8 text.".formatted(key, name));
              });
      Optional.ofNullable(configMap.getData())
          .orElse(Map.of())
          .forEach(
              (key, text) -> {
                if (files.put(path(key), text) != null) {
                  throw Blocked.refused(
                      "InvalidFiles",
                      "The key %s of the ConfigMap %s is in another one, too."
                          .formatted(key, name));
                }
              });
    }
    if (!files.containsKey(YAML)) {
      throw Blocked.refused("InvalidFiles", "The ConfigMaps have no key " + YAML + ".");
    }
    return new BlueprintContent(files);
  }

  private static String path(String key) {
    return key.equals(YAML) ? key : MIGRATIONS + key;
  }

  /** The SHA-256 of all paths and texts. */
  String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (path, text) ->
              digest.update((path + "\0" + text + "\0").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
