package dev.geminijava.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory that commands take for the one that they are installed in. */
final class Home {

  private Home() {}

  /** Makes it one that has DJL's sources. */
  static void withSources(Path directory) throws IOException {
    Path sources = Path.of("../gemini-runtime/target/djl-sources").toAbsolutePath();
    if (Files.notExists(directory.resolve("sources"))) {
      Files.createSymbolicLink(directory.resolve("sources"), sources);
    }
    System.setProperty("gemini.launch.home", directory.toString());
  }
}
