package io.tenantry.localstack;

import io.tenantry.localstack.StackEndpoint.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The program behind {@code deploy/local/stack}: keeps a stack ready for the next JVM that runs
 * tests. Each JVM gets an unused stack, as in the build, until it exits.
 */
public final class StackProgram {
  static final String STOP_POSTGRES = "stop postgres";
  static final String START_POSTGRES = "start postgres";
  static final String STOP_KAFKA = "stop kafka";
  static final String START_KAFKA = "start kafka";

  private CompletableFuture<LocalStack> ready = new CompletableFuture<>();
  private boolean prepared;

  private StackProgram() {}

  /**
   * Runs until it receives a signal.
   *
   * @param arguments the checkout's directory
   */
  public static void main(String[] arguments) throws IOException {
    Path checkout = Path.of(arguments[0]).toAbsolutePath();
    byte[] token = new byte[24];
    new SecureRandom().nextBytes(token);
    StackProgram program = new StackProgram();
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      StackEndpoint endpoint =
          new StackEndpoint(server.getLocalPort(), HexFormat.of().formatHex(token));
      program.prepare();
      program.ready.join();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> StackEndpoint.delete(checkout)));
      endpoint.write(checkout);
      System.out.println(
          "ready: run tests with -Dtenantry.stack=attached to use it; Ctrl-C stops it");
      while (true) {
        Socket socket = server.accept();
        Thread unused = Thread.ofPlatform().start(() -> program.serve(socket, endpoint.token()));
      }
    } catch (CompletionException e) {
      System.err.println("error: " + reason(e));
      System.exit(1);
    }
  }

  /** Serves one JVM that runs tests; it may be killed at any time. */
  private void serve(Socket socket, String token) {
    try (Channel channel = new Channel(socket)) {
      if (!token.equals(channel.read())) {
        return;
      }
      long started = System.nanoTime();
      try (LocalStack stack = takeStack()) {
        channel.write(stack.postgres().log().resolveSibling("").toString());
        channel.write(Integer.toString(stack.postgres().port()));
        channel.write(stack.kafka().bootstrapServers());
        for (String request = channel.read(); request != null; request = channel.read()) {
          String command = request;
          channel.respond(() -> execute(stack, command));
        }
      }
      System.out.println(
          "stack was used for %d s"
              .formatted(Duration.ofNanos(System.nanoTime() - started).toSeconds()));
    } catch (IOException e) {
      System.out.println("the connection to a JVM of tests failed: " + e.getMessage());
    } catch (CompletionException e) {
      System.err.println("error: " + reason(e));
    } finally {
      prepare();
    }
  }

  private static void execute(LocalStack stack, String request) {
    switch (request) {
      case STOP_POSTGRES -> stack.postgres().stop();
      case START_POSTGRES -> stack.postgres().start();
      case STOP_KAFKA -> stack.kafka().stop();
      case START_KAFKA -> stack.kafka().start();
      default -> throw new LocalStackException("unknown request: " + request);
    }
  }

  private static String reason(CompletionException failure) {
    return String.valueOf(Objects.requireNonNullElse(failure.getCause(), failure).getMessage());
  }

  private LocalStack takeStack() {
    CompletableFuture<LocalStack> taken;
    synchronized (this) {
      prepare();
      taken = ready;
      prepared = false;
    }
    return taken.join();
  }

  /**
   * Starts the next stack once the previous one has stopped, as starting would slow down the tests.
   */
  private synchronized void prepare() {
    if (!prepared) {
      prepared = true;
      ready = CompletableFuture.supplyAsync(() -> LocalStack.start(LocalStackOptions.temporary()));
    }
  }
}
