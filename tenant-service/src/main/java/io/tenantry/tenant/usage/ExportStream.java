package io.tenantry.tenant.usage;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Lines of an export. One page of them is in memory at a time, and the next is read when needed.
 */
final class ExportStream extends InputStream {

  private static final int PAGE = 500;

  private final BiFunction<Optional<UUID>, Integer, List<MonthlyUsage>> pages;
  private final Function<MonthlyUsage, String> line;
  private Optional<UUID> last = Optional.empty();
  private boolean ended;
  private ByteArrayInputStream current;

  /**
   * Opens an export. Reads the first page at once, so that a failure is answered as a problem.
   *
   * @param header precedes the lines
   * @param pages reads the page of this size after a tenant
   * @param line a line with its end
   */
  static InputStream open(
      String header,
      BiFunction<Optional<UUID>, Integer, List<MonthlyUsage>> pages,
      Function<MonthlyUsage, String> line) {
    return new ExportStream(header, pages, line);
  }

  private ExportStream(
      String header,
      BiFunction<Optional<UUID>, Integer, List<MonthlyUsage>> pages,
      Function<MonthlyUsage, String> line) {
    this.pages = pages;
    this.line = line;
    this.current = bytes(header + nextPage());
  }

  private String nextPage() {
    List<MonthlyUsage> page = pages.apply(last, PAGE);
    ended = page.size() < PAGE;
    last = page.isEmpty() ? last : Optional.of(page.getLast().tenantId());
    return page.stream().map(line).collect(Collectors.joining());
  }

  private static ByteArrayInputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    int count = current.read(target, offset, length);
    while (count < 0 && !ended) {
      current = bytes(nextPage());
      count = current.read(target, offset, length);
    }
    return count;
  }
}
