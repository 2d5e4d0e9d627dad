package dev.sluice.index.reader;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The names of an archive's entries as paths within it. */
final class EntryPath {

  private EntryPath() {}

  /**
   * A name with '/' between its parts, without those that say nothing.
   *
   * @return empty where it is absolute, leads out of the archive or has characters that no path has
   */
  static Optional<String> of(String name) {
    String slashes = name.replace('\\', '/');
    boolean absolute = slashes.startsWith("/") || slashes.matches("[A-Za-z]:.*");
    if (absolute || slashes.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    List<String> parts = new ArrayList<>();
    for (String part : slashes.split("/")) {
      if (part.equals("..")) {
        return Optional.empty();
      }
      if (!part.isEmpty() && !part.equals(".")) {
        parts.add(part);
      }
    }
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("/", parts));
  }

  /** Whether one of its folders or the file is hidden (".x"). */
  static boolean isHidden(String path) {
    return path.startsWith(".") || path.contains("/.");
  }
}
