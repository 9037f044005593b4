package dev.geminijava.cli.command;

import dev.geminijava.cli.UsageException;
import dev.geminijava.cli.config.Spelling;
import java.util.List;

/** Passes as users name them. */
final class PassNames {

  private PassNames() {}

  /**
   * A name, if it is one of those that there are.
   *
   * @param option where it was written, such as {@code --from}
   */
  static String checked(String option, String name, List<String> names) {
    if (names.contains(name)) {
      return name;
    }
    String near = Spelling.nearest(name, names);
    throw new UsageException(
        "%s=%s is no pass.%s There are %s."
            .formatted(
                option,
                name,
                near == null ? "" : " Did you mean '" + near + "'?",
                String.join(", ", names)));
  }
}
