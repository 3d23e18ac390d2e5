package io.tenantry.deployment;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A version of the Helm chart, rendered and installed by Helm's own code. */
record Chart(Path folder) {

  /** The chart that is shipped. */
  static final Chart SHIPPED = new Chart(Path.of("../deploy/helm/tenantry"));

  /** The chart before it had names of the release, which was never released. */
  static final Chart BEFORE = new Chart(Path.of("src/test/resources/chart-before"));

  /** The newest version of Kubernetes that the rendered objects are for. */
  private static final String KUBERNETES = "1.33.0";

  /** The values of an environment that are in the chart's folder. */
  String environment(String name) {
    try {
      return Files.readString(folder.resolve("values-" + name + ".yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The chart without the condition on the version of Kubernetes, for older API servers. */
  Chart forAnyKubernetes() {
    return changed("chart-for-any-kubernetes", line -> !line.startsWith("kubeVersion:"));
  }

  /** The chart with those lines of its files alone that are accepted. */
  Chart changed(String name, Predicate<String> accepted) {
    Path target = Path.of("target", name);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(folder.relativize(file));
        Files.createDirectories(copy.getParent());
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.removeIf(accepted.negate());
        Files.write(copy, lines);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Chart(target);
  }

  /**
   * Renders it as {@code helm template} does.
   *
   * @param values values files' contents; later ones take precedence
   * @throws IllegalStateException with Helm's message if the values are refused
   */
  String render(String release, String namespace, String... values) {
    return renderFor(KUBERNETES, release, namespace, values);
  }

  /** As {@link #render(String, String, String...)}, for a version of Kubernetes. */
  String renderFor(String kubernetes, String release, String namespace, String... values) {
    TemplateCommand command =
        new Helm(folder)
            .template()
            .withName(release)
            .withNamespace(namespace)
            .withKubeVersion(kubernetes);
    files(values).forEach(command::withValuesFile);
    return command.call();
  }

  /**
   * Installs it.
   *
   * @param values values files' contents; later ones take precedence
   */
  Release install(Path kubeconfig, String release, String namespace, String... values) {
    InstallCommand command =
        new Helm(folder)
            .install()
            .withKubeConfig(kubeconfig)
            .withName(release)
            .withNamespace(namespace);
    files(values).forEach(command::withValuesFile);
    return command.call();
  }

  /** Upgrades a release to it, with these values and no others. */
  Release upgrade(Path kubeconfig, String release, String namespace, String... values) {
    UpgradeCommand command =
        new Helm(folder)
            .upgrade()
            .resetValues()
            .withKubeConfig(kubeconfig)
            .withName(release)
            .withNamespace(namespace);
    files(values).forEach(command::withValuesFile);
    return command.call();
  }

  /** Uninstalls a release. */
  static void uninstall(Path kubeconfig, String release, String namespace) {
    UninstallCommand command = Helm.uninstall(release);
    command.withKubeConfig(kubeconfig).withNamespace(namespace).call();
  }

  private static List<Path> files(String... values) {
    try {
      List<Path> files = new ArrayList<>();
      for (String each : values) {
        Path file = Files.createTempFile(Path.of("target"), "values", ".yaml");
        files.add(Files.writeString(file, each));
        file.toFile().deleteOnExit();
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
