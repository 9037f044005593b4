package dev.geminijava.cli.plugin;

import dev.geminijava.cli.UsageException;
import dev.geminijava.passes.Plugins;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;

/**
 * The files that {@code --plugin} names.
 *
 * @param jars jars and folders of classes; the program sees them, too
 * @param ruleFiles rules written in YAML
 * @param loader loads what the jars hold
 */
public record PluginPath(List<Path> jars, List<Path> ruleFiles, ClassLoader loader) {

  /**
   * Reads the setting.
   *
   * @param written files parted by commas; null where nothing is set
   */
  public static PluginPath of(String written) {
    List<Path> jars = new ArrayList<>();
    List<Path> ruleFiles = new ArrayList<>();
    for (String file : written == null ? new String[0] : written.split(",")) {
      boolean yaml = file.endsWith(".yaml") || file.endsWith(".yml");
      (yaml ? ruleFiles : jars).add(Path.of(file));
    }
    return new PluginPath(List.copyOf(jars), List.copyOf(ruleFiles), loader(jars));
  }

  /** Whether a setting names files that are there. */
  public static boolean isReadable(String written) {
    for (String file : written.split(",", -1)) {
      if (file.isEmpty() || !new File(file).canRead()) {
        return false;
      }
    }
    return true;
  }

  private static ClassLoader loader(List<Path> jars) {
    ClassLoader ours = PluginPath.class.getClassLoader();
    if (jars.isEmpty()) {
      return ours;
    }
    URL[] urls = new URL[jars.size()];
    try {
      for (int i = 0; i < urls.length; i++) {
        urls[i] = jars.get(i).toUri().toURL();
      }
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
    return new URLClassLoader("gemini-plugins", urls, ours);
  }

  /**
   * What all of them add.
   *
   * @throws UsageException if one of them cannot be used, naming it
   */
  public Plugins plugins() {
    Plugins plugins = Plugins.NONE;
    if (!jars.isEmpty()) {
      try {
        plugins = Plugins.of(loader);
      } catch (ServiceConfigurationError | LinkageError e) {
        throw new UsageException(
            "a plug-in of " + text(jars) + " cannot be loaded: " + reason(e) + ".");
      }
    }
    for (Path file : ruleFiles) {
      plugins = plugins.and(RuleFile.read(file));
    }
    return plugins;
  }

  private static String reason(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause instanceof ServiceConfigurationError ? cause.getMessage() : cause.toString();
  }

  private static String text(List<Path> paths) {
    List<String> names = new ArrayList<>();
    paths.forEach(path -> names.add(path.toString()));
    return String.join(", ", names);
  }

  /** The files as the setting has them. */
  @Override
  public String toString() {
    List<Path> all = new ArrayList<>(jars);
    all.addAll(ruleFiles);
    return text(all);
  }
}
