package dev.geminijava.cli.command;

import dev.geminijava.runtime.device.Link;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The links of a chain as a table, and below each that does not hold what it needs.
 *
 * @param links them
 */
record DoctorTable(List<Link> links) {

  @Override
  public String toString() {
    int parts = links.stream().mapToInt(link -> link.part().length()).max().orElse(0);
    int words = "wrong".length();
    return links.stream().map(link -> line(link, parts, words)).collect(Collectors.joining("\n"));
  }

  private static String line(Link link, int parts, int words) {
    String head =
        pad(link.part(), parts) + "  " + pad(link.status().toString(), words) + "  " + link.found();
    return link.isGood()
        ? head
        : head
            + "\n"
            + " ".repeat(parts + words + 4)
            + "needed: "
            + link.needed()
            + "; "
            + link.cure();
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
