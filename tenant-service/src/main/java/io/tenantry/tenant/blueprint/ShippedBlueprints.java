package io.tenantry.tenant.blueprint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The blueprints that come with the service, as directories under {@code blueprints/}. */
final class ShippedBlueprints {

  private static final String ROOT = "blueprints/";

  private ShippedBlueprints() {}

  /** Their files by the blueprints' names. */
  static Map<String, BlueprintFiles> read() {
    // A native executable cannot list a folder of the class path, so a file lists it.
    return read("index.txt")
        .lines()
        .collect(
            Collectors.groupingBy(
                path -> path.substring(0, path.indexOf('/')),
                TreeMap::new,
                Collectors.collectingAndThen(
                    Collectors.toMap(
                        path -> path.substring(path.indexOf('/') + 1), ShippedBlueprints::read),
                    BlueprintFiles::of)));
  }

  private static String read(String path) {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(ROOT + path)) {
      if (in == null) {
        throw new IllegalStateException("the shipped blueprints lack " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
