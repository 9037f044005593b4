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

/** YAML as mappings whose entries remember their lines, for messages. */
public final class YamlFile {

  private YamlFile() {}

  /**
   * One entry of a mapping.
   *
   * @param place file and line, ready to stand before a message
   */
  public record Entry(String place, String key, Path file, Node value) {

    /**
     * The plain value.
     *
     * @throws UsageException with the cure, if it is not plain
     */
    public String text(String cure) {
      if (value instanceof ScalarNode scalar) {
        return scalar.getValue();
      }
      throw new UsageException(YamlFile.place(file, value) + "expected a plain value. " + cure);
    }

    /**
     * The entries below it.
     *
     * @throws UsageException with the cure, if there are none
     */
    public List<Entry> entries(String cure) {
      return YamlFile.entries(file, value, cure);
    }

    /** A message about this entry. */
    public UsageException refuse(String message) {
      return new UsageException(place + message);
    }
  }

  /**
   * The entries of a file, none for an empty one.
   *
   * @param cure what to write instead of what is no YAML
   * @throws UsageException if it cannot be read, or is no mapping
   */
  public static List<Entry> read(Path file, String cure) {
    try {
      Optional<Node> root =
          new Compose(LoadSettings.builder().build()).composeString(Files.readString(file));
      return root.isEmpty() ? List.of() : entries(file, root.get(), cure);
    } catch (MarkedYamlEngineException e) {
      String place = e.getProblemMark().map(mark -> place(file, mark)).orElse(file + ": ");
      throw new UsageException(place + e.getProblem() + ". " + cure);
    } catch (IOException e) {
      throw new UsageException("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static List<Entry> entries(Path file, Node node, String cure) {
    if (!(node instanceof MappingNode mapping)) {
      throw new UsageException(place(file, node) + "expected 'key: value'. " + cure);
    }
    List<Entry> entries = new ArrayList<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw new UsageException(place(file, tuple.getKeyNode()) + "expected a plain key. " + cure);
      }
      entries.add(new Entry(place(file, key), key.getValue(), file, tuple.getValueNode()));
    }
    return entries;
  }

  private static String place(Path file, Node node) {
    return node.getStartMark().map(mark -> place(file, mark)).orElse(file + ": ");
  }

  private static String place(Path file, Mark mark) {
    return file + ":" + (mark.getLine() + 1) + ": ";
  }
}
