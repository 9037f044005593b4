package dev.geminijava.cli.config;

import dev.geminijava.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads gemini.yaml: one mapping from keys to plain values, each remembered with its line. */
final class YamlFile {

  /**
   * One line of the file.
   *
   * @param place file and line, ready to stand before a message
   */
  record Entry(String place, String key, String value) {}

  private YamlFile() {}

  static List<Entry> read(Path file) {
    Optional<Node> root;
    try {
      root = new Compose(LoadSettings.builder().build()).composeString(Files.readString(file));
    } catch (MarkedYamlEngineException e) {
      String place = e.getProblemMark().map(mark -> place(file, mark)).orElse(file + ": ");
      throw new UsageException(place + e.getProblem() + ". Write lines such as 'mode: pipeline'.");
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + e.getMessage());
    }
    List<Entry> entries = new ArrayList<>();
    if (root.isPresent()) {
      if (!(root.get() instanceof MappingNode mapping)) {
        throw new UsageException(
            place(file, root.get()) + "expected settings. Write lines such as 'mode: pipeline'.");
      }
      for (NodeTuple tuple : mapping.getValue()) {
        entries.add(
            new Entry(
                place(file, tuple.getKeyNode()),
                scalar(file, tuple.getKeyNode()),
                scalar(file, tuple.getValueNode())));
      }
    }
    return entries;
  }

  private static String scalar(Path file, Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw new UsageException(
        place(file, node) + "expected a plain value. Write lines such as 'mode: pipeline'.");
  }

  private static String place(Path file, Node node) {
    return node.getStartMark().map(mark -> place(file, mark)).orElse(file + ": ");
  }

  private static String place(Path file, Mark mark) {
    return file + ":" + (mark.getLine() + 1) + ": ";
  }
}
