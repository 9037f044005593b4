package dev.geminijava.runtime.train;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a parameter file beside its place and moves it there when it is whole. */
public final class Checkpoint {

  private Checkpoint() {}

  /** Where to write a file until it is complete. */
  public static Path partial(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".partial");
  }

  /** Puts a completely written file into its place, in one step where the file system can. */
  public static void commit(Path file) throws IOException {
    try {
      Files.move(
          partial(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(partial(file), file, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
