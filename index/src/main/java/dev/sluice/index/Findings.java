package dev.sluice.index;

import dev.sluice.error.SluiceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a check has found so far. */
final class Findings {
  private final Path index;
  private final List<VerifyReport.Finding> all = new ArrayList<>();

  Findings(Path index) {
    this.index = index;
  }

  /**
   * @param file file or folder, relative to that of the index
   */
  void add(String file, String problem) {
    all.add(new VerifyReport.Finding(file, problem));
  }

  /** Takes over what a failure says, less the file that the finding names. */
  void add(String file, SluiceException failure) {
    String message = failure.getMessage();
    String named = index.resolve(file) + ": ";
    add(file, message.startsWith(named) ? message.substring(named.length()) : message);
  }

  /** Whether nothing was found in a file or folder. */
  boolean isSound(String file) {
    return all.stream()
        .noneMatch(finding -> finding.file().equals(file) || finding.file().startsWith(file + "/"));
  }

  List<VerifyReport.Finding> all() {
    return all;
  }
}
