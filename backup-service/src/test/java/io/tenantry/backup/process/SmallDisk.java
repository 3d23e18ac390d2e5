package io.tenantry.backup.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A file system of a few megabytes, mounted where only a helper process sees it and reached through
 * that process, so that no right to mount is needed; gone with the process.
 */
final class SmallDisk implements AutoCloseable {

  private final Process holder;

  private SmallDisk(Process holder) {
    this.holder = holder;
  }

  /** Mounts one, or skips the test where users may not have name spaces of their own. */
  static SmallDisk mount(int megabytes) throws IOException {
    Process holder =
        new ProcessBuilder(
                List.of(
                    "unshare",
                    "--map-root-user",
                    "--mount",
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=%dm tmpfs /mnt && echo mounted && exec cat"
                        .formatted(megabytes)))
            .redirectErrorStream(true)
            .start();
    BufferedReader answer =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
    String line = answer.readLine();
    Assumptions.assumeTrue("mounted".equals(line), () -> "no small disk can be had: " + line);
    return new SmallDisk(holder);
  }

  /** Its root, for any process of the same user. */
  Path root() {
    return Path.of("/proc", Long.toString(holder.pid()), "root", "mnt");
  }

  @Override
  public void close() {
    holder.destroyForcibly();
  }
}
