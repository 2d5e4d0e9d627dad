package dev.sluice.index.reader;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.ignore.FastIgnoreRule;

/**
 * Which paths of a folder are read, by patterns with the meaning they have in a .gitignore file:
 * the last one that matches decides, {@code !} takes back, and what lies in a folder that is left
 * out cannot be taken back.
 */
final class PathRules {

  private final List<String> patterns;
  private final List<FastIgnoreRule> exclude;
  private final List<FastIgnoreRule> include;

  /**
   * @param ignoreFile lines of the folder's own list, before the patterns of {@code exclude}
   */
  PathRules(List<String> ignoreFile, List<String> exclude, List<String> include) {
    List<String> all = new ArrayList<>(ignoreFile);
    all.addAll(exclude);
    this.patterns = List.of(String.join("\n", all), String.join("\n", include));
    this.exclude = rules(all);
    this.include = rules(include);
  }

  /** What these rules were made from: the same patterns, the same rules. */
  List<String> patterns() {
    return patterns;
  }

  /** Whether to leave a file out, be it for one of the folders above it. */
  boolean leavesOut(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (leavesOutFolder(path.substring(0, slash))) {
        return true;
      }
    }
    return leavesOutFile(path);
  }

  /** Whether to leave a folder out, given that those above it are not. */
  boolean leavesOutFolder(String path) {
    return matches(exclude, path, true);
  }

  /** Whether to leave a file out, given that the folders above it are not. */
  boolean leavesOutFile(String path) {
    return matches(exclude, path, false) || (!include.isEmpty() && !matches(include, path, false));
  }

  private static boolean matches(List<FastIgnoreRule> rules, String path, boolean folder) {
    for (FastIgnoreRule rule : rules.reversed()) {
      if (rule.isMatch(path, folder)) {
        return rule.getResult();
      }
    }
    return false;
  }

  private static List<FastIgnoreRule> rules(List<String> patterns) {
    return patterns.stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(FastIgnoreRule::new)
        .filter(rule -> !rule.isEmpty())
        .toList();
  }
}
