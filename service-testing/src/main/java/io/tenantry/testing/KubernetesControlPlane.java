package io.tenantry.testing;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A Kubernetes API server with its controllers, without nodes: objects are created, checked and
 * collected, pods stay Pending. One is shared by all tests of a JVM.
 *
 * <p>It is the cluster that {@code KUBECONFIG} names, if that may be used for tests: if it is on
 * this machine, or has a namespace {@code tenantry-tests}. Otherwise it is started by the programs
 * {@code kubernetes/prepare}, {@code start} and {@code stop} of the folder {@code
 * TENANTRY_CI_TOOLS} ({@code ../shared/tools} beside the repository if not set), which put what
 * they need into {@code KUBE_LOCAL_BIN} ({@code target/kubernetes} of the repository if not set).
 * Without either, the calling test is skipped. A test uses namespaces of its own.
 */
public final class KubernetesControlPlane {

  /** Of the JVM, since several class loaders may load this class. */
  private static final String SHARED = "tenantry.testing.kubernetes";

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path TOOLS =
      Path.of(variable("TENANTRY_CI_TOOLS").orElse(ROOT.resolve("../shared/tools").toString()))
          .resolve("kubernetes")
          .normalize();
  private static final Path PROGRAMS =
      Path.of(variable("KUBE_LOCAL_BIN").orElse(ROOT.resolve("target/kubernetes").toString()))
          .toAbsolutePath();

  /** As a shell reports it. */
  private static final int NO_PROGRAM = 127;

  private final Path kubeconfig;

  private KubernetesControlPlane(Path kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /**
   * The API server of this JVM's tests, started by the first call.
   *
   * @throws IllegalStateException if it cannot be started although the programs are there
   */
  public static KubernetesControlPlane shared() {
    // The properties are one object for all class loaders.
    synchronized (System.getProperties()) {
      String started = System.getProperty(SHARED);
      if (started == null) {
        started =
            variable("KUBECONFIG")
                .map(Path::of)
                .filter(Files::isReadable)
                .filter(KubernetesControlPlane::isForTests)
                .orElseGet(KubernetesControlPlane::start)
                .toString();
        System.setProperty(SHARED, started);
      }
      return new KubernetesControlPlane(Path.of(started));
    }
  }

  /**
   * Another API server, for this caller alone, with objects of the whole cluster or an operator of
   * its own. It stops with the JVM. The cluster of {@code KUBECONFIG} is not used.
   */
  public static KubernetesControlPlane startOwn() {
    return new KubernetesControlPlane(start());
  }

  /** The file with address and credentials of a cluster administrator. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** The content of {@link #kubeconfig()}. */
  public String kubeconfigContent() {
    try {
      return Files.readString(kubeconfig);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Creates a namespace that refuses pods which do not meet the PodSecurity standard {@code
   * restricted}, and warns of them. It is removed when the JVM stops.
   *
   * @param purpose the start of its name
   * @return its unique name
   */
  public String createNamespace(String purpose) {
    String name = purpose + "-" + UUID.randomUUID().toString().substring(0, 8);
    kubectl("create", "namespace", name);
    if (!kubeconfig.startsWith(ROOT)) {
      atExit(() -> kubectl("delete", "namespace", name, "--wait=false"));
    }
    kubectl(
        "label",
        "namespace",
        name,
        "pod-security.kubernetes.io/enforce=restricted",
        "pod-security.kubernetes.io/warn=restricted");
    return name;
  }

  /**
   * Runs kubectl as the cluster's administrator.
   *
   * @return its output
   * @throws IllegalStateException with its errors if it fails
   */
  public String kubectl(String... arguments) {
    Result result = tryKubectl("", arguments);
    if (result.status() != 0) {
      throw new IllegalStateException(
          "kubectl " + String.join(" ", arguments) + ": " + result.errors());
    }
    return result.output();
  }

  /**
   * Runs kubectl, which may fail.
   *
   * @param input what it reads from {@code -f -}
   */
  public Result tryKubectl(String input, String... arguments) {
    return run(kubectlCommand(arguments), input);
  }

  /** The result of a program: status 0 if it succeeded, its output, and its warnings and errors. */
  public record Result(int status, String output, String errors) {}

  private List<String> kubectlCommand(String... arguments) {
    return kubectlCommand(kubeconfig, arguments);
  }

  private static List<String> kubectlCommand(Path kubeconfig, String... arguments) {
    Path prepared = PROGRAMS.resolve("kubectl");
    List<String> command = new ArrayList<>();
    command.add(Files.isExecutable(prepared) ? prepared.toString() : "kubectl");
    command.add("--kubeconfig=" + kubeconfig);
    command.addAll(List.of(arguments));
    return command;
  }

  /** Tests must not create objects in the cluster that somebody happens to work with. */
  private static boolean isForTests(Path kubeconfig) {
    String server =
        run(
                kubectlCommand(
                    kubeconfig,
                    "config",
                    "view",
                    "--minify",
                    "--output=jsonpath={.clusters[0].cluster.server}"),
                "")
            .output();
    String host = server.isEmpty() ? null : URI.create(server).getHost();
    return "127.0.0.1".equals(host)
        || "localhost".equals(host)
        || run(
                    kubectlCommand(
                        kubeconfig, "get", "namespace", "tenantry-tests", "--request-timeout=10s"),
                    "")
                .status()
            == 0;
  }

  private static Path start() {
    if (!Files.isExecutable(TOOLS.resolve("start"))) {
      assumeThat(TOOLS)
          .withFailMessage(
              "skipped without a Kubernetes API server: set KUBECONFIG to a cluster on this"
                  + " machine, or to one with a namespace tenantry-tests; or TENANTRY_CI_TOOLS to a"
                  + " folder with kubernetes/start (now %s)",
              TOOLS)
          .isNull();
    }
    // It also stops when this process is gone, however it ended.
    String process = Long.toString(ProcessHandle.current().pid());
    String directory = ROOT.resolve("target/kubernetes-" + UUID.randomUUID()).toString();
    Result started =
        run(List.of(TOOLS.resolve("start").toString(), directory, "--parent", process), "");
    if (started.status() != 0) {
      throw new IllegalStateException("no Kubernetes API server: " + started.errors());
    }
    atExit(
        () -> {
          run(List.of(TOOLS.resolve("stop").toString(), directory), "");
          // The logs stay.
          run(List.of("rm", "-rf", directory + "/etcd"), "");
        });
    return Path.of(started.output().strip());
  }

  private static void atExit(Runnable action) {
    Runtime.getRuntime().addShutdownHook(new Thread(action));
  }

  /** Standard output and error are read from files, so that neither blocks the other. */
  private static Result run(List<String> command, String input) {
    try {
      Path output = Files.createTempFile("kubernetes", ".out");
      Path errors = Files.createTempFile("kubernetes", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().put("KUBE_LOCAL_BIN", PROGRAMS.toString());
        Process process;
        try {
          process = builder.start();
        } catch (IOException e) {
          return new Result(NO_PROGRAM, "", String.valueOf(e.getMessage()));
        }
        try (var in = process.getOutputStream()) {
          in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        int status = process.waitFor();
        return new Result(status, Files.readString(output), Files.readString(errors));
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }
}
