package dev.sluice.inference;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/**
 * The folder for files that can be made again: unpacked models, native libraries, indexes of
 * folders that were searched directly. It is the first of these that is set:
 *
 * <ol>
 *   <li>the system property {@code sluice.cache}
 *   <li>the environment variable {@code SLUICE_CACHE}
 *   <li>{@code sluice} under {@code XDG_CACHE_HOME}, if that is an absolute path (as the XDG Base
 *       Directory Specification asks)
 *   <li>{@code .cache/sluice} under the user's home folder
 * </ol>
 */
public final class CacheFolder {
  private CacheFolder() {}

  /** The absolute path of the folder, which may not exist yet. */
  public static Path locate() {
    return locate(System.getProperties(), System.getenv());
  }

  static Path locate(Properties properties, Map<String, String> environment) {
    return choose(properties, environment).toAbsolutePath().normalize();
  }

  private static Path choose(Properties properties, Map<String, String> environment) {
    String property = properties.getProperty("sluice.cache", "");
    if (!property.isBlank()) {
      return Path.of(property);
    }
    String variable = environment.getOrDefault("SLUICE_CACHE", "");
    if (!variable.isBlank()) {
      return Path.of(variable);
    }
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!xdg.isBlank() && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg, "sluice");
    }
    return Path.of(properties.getProperty("user.home", "."), ".cache", "sluice");
  }
}
