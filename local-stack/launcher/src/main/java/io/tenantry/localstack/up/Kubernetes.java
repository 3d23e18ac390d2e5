package io.tenantry.localstack.up;

import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A Kubernetes API server for the operator: one of this machine that runs already, or one that is
 * started without nodes, whose objects are kept with the other data. It gets the definitions of
 * Tenantry's objects.
 */
final class Kubernetes {

  /** The operator's own namespace. */
  static final String NAMESPACE = "tenantry";

  private final Path checkout;
  private final Directories directories;
  private final boolean own;

  /** The folder with the programs that start a server, or the configuration of a running one. */
  private final Path source;

  private Kubernetes(Path checkout, Path source, Directories directories) {
    this.checkout = checkout.toAbsolutePath();
    this.source = source.toAbsolutePath();
    this.directories = directories;
    this.own = Files.isDirectory(source);
  }

  /**
   * A server.
   *
   * @param checkout the folder with the definitions
   * @param source a folder with the programs {@code start} and {@code stop}, or a running server's
   *     configuration
   */
  static Kubernetes of(Path checkout, Path source, Directories directories) {
    return new Kubernetes(checkout, source, directories);
  }

  /** The file with address and credentials of an administrator. */
  Path kubeconfig() {
    return own ? directories.kubernetes().resolve("kubeconfig") : source;
  }

  /** The program that is to be used with it. */
  String kubectl() {
    Path prepared = programs().resolve("kubectl");
    return Files.isExecutable(prepared)
        ? (prepared.startsWith(checkout) ? checkout.relativize(prepared) : prepared).toString()
        : "kubectl";
  }

  private Path programs() {
    String named = System.getenv("KUBE_LOCAL_BIN");
    return named == null || named.isEmpty()
        ? checkout.resolve("target/kubernetes")
        : Path.of(named).toAbsolutePath();
  }

  /**
   * Starts it if it does not run yet, and applies the definitions; the objects of another version
   * stay.
   *
   * @return what was started, in words
   * @throws LocalStackException if it does not start, or the definitions are refused
   */
  String start() {
    if (own) {
      // It also stops when this process is gone, however it ended.
      run(
          source.resolve("start").toString(),
          directories.kubernetes().toString(),
          "--parent",
          Long.toString(ProcessHandle.current().pid()));
    }
    kubectl("apply", "--server-side", "--kustomize=" + checkout.resolve("deploy/kubernetes/crds"));
    kubectl(
        "wait",
        "--for=condition=Established",
        "--selector=app.kubernetes.io/part-of=tenantry",
        "customresourcedefinition");
    kubectl("apply", "--filename=" + checkout.resolve("deploy/kubernetes/base/namespace.yaml"));
    return own ? "an API server without nodes" : "the cluster of " + source;
  }

  private void kubectl(String... arguments) {
    Path prepared = programs().resolve("kubectl");
    String[] command = new String[arguments.length + 2];
    command[0] = Files.isExecutable(prepared) ? prepared.toString() : "kubectl";
    command[1] = "--kubeconfig=" + kubeconfig();
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    run(command);
  }

  /** Stops it if it was started; its objects stay. It would also stop with this process. */
  void stop() {
    if (own && Files.exists(directories.kubernetes())) {
      run(source.resolve("stop").toString(), directories.kubernetes().toString());
    }
  }

  private void run(String... command) {
    Path log = directories.logs().resolve("kubernetes.log");
    try {
      Files.createDirectories(log.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().put("KUBE_LOCAL_BIN", programs().toString());
      Process process = builder.start();
      process.getOutputStream().close();
      if (process.waitFor() != 0) {
        List<String> lines = Files.readAllLines(log);
        throw new LocalStackException(
            "%s failed. The last line of %s: %s".formatted(command[0], log, lines.getLast()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted while starting or stopping Kubernetes", e);
    }
  }
}
