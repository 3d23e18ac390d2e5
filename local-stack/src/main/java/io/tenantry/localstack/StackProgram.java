package io.tenantry.localstack;

import io.tenantry.localstack.StackOffer.Line;
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
 * The program behind {@code deploy/local/stack}: has a stack ready for the next JVM of tests. Each
 * gets one that nobody has used, so that a test finds what it finds in the build, and keeps it
 * until it ends.
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
   * Runs until a signal ends it.
   *
   * @param arguments the checkout's folder
   */
  public static void main(String[] arguments) throws IOException {
    Path checkout = Path.of(arguments[0]).toAbsolutePath();
    byte[] word = new byte[24];
    new SecureRandom().nextBytes(word);
    StackProgram program = new StackProgram();
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      StackOffer offer = new StackOffer(server.getLocalPort(), HexFormat.of().formatHex(word));
      program.prepare();
      program.ready.join();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> StackOffer.delete(checkout)));
      offer.write(checkout);
      System.out.println("ready: tests with -Dtenantry.stack=attached take it; Ctrl-C ends it");
      while (true) {
        Socket socket = server.accept();
        Thread unused = Thread.ofPlatform().start(() -> program.serve(socket, offer.word()));
      }
    } catch (CompletionException e) {
      System.err.println("error: " + reason(e));
      System.exit(1);
    }
  }

  /** Serves one JVM of tests, which may be killed at any moment. */
  private void serve(Socket socket, String word) {
    try (Line line = new Line(socket)) {
      if (!word.equals(line.read())) {
        return;
      }
      long begin = System.nanoTime();
      try (LocalStack stack = take()) {
        line.write(stack.postgres().log().resolveSibling("").toString());
        line.write(Integer.toString(stack.postgres().port()));
        line.write(stack.kafka().bootstrapServers());
        for (String request = line.read(); request != null; request = line.read()) {
          String asked = request;
          line.answer(() -> carryOut(stack, asked));
        }
      }
      System.out.println(
          "used for %d s".formatted(Duration.ofNanos(System.nanoTime() - begin).toSeconds()));
    } catch (IOException e) {
      System.out.println("a JVM of tests went away: " + e.getMessage());
    } catch (CompletionException e) {
      System.err.println("error: " + reason(e));
    } finally {
      prepare();
    }
  }

  private static void carryOut(LocalStack stack, String request) {
    switch (request) {
      case STOP_POSTGRES -> stack.postgres().stop();
      case START_POSTGRES -> stack.postgres().start();
      case STOP_KAFKA -> stack.kafka().stop();
      case START_KAFKA -> stack.kafka().start();
      default -> throw new LocalStackException("nobody knows how to " + request);
    }
  }

  private static String reason(CompletionException failure) {
    return String.valueOf(Objects.requireNonNullElse(failure.getCause(), failure).getMessage());
  }

  private LocalStack take() {
    CompletableFuture<LocalStack> taken;
    synchronized (this) {
      prepare();
      taken = ready;
      prepared = false;
    }
    return taken.join();
  }

  /** Not before the one before has ended: starting costs what the tests want. */
  private synchronized void prepare() {
    if (!prepared) {
      prepared = true;
      ready = CompletableFuture.supplyAsync(() -> LocalStack.start(LocalStackOptions.thrownAway()));
    }
  }
}
