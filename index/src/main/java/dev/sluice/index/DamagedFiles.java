package dev.sluice.index;

import dev.sluice.index.vector.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The folder that a repair moves damaged files to. */
final class DamagedFiles {
  /** What a repair replaces in place, or names as a whole because something is missing in it. */
  private static final Set<String> STAY =
      Set.of(Manifest.FILE, IndexFolder.LEXICAL, VectorIndex.FOLDER);

  private final Path index;
  private final String name;
  private final List<String> moved = new ArrayList<>();

  DamagedFiles(Path index, String name) {
    this.index = index;
    this.name = name;
  }

  /**
   * Moves a file or folder, by its name relative to that of the index; nothing if it is missing.
   */
  void move(String file) throws IOException {
    Path source = index.resolve(file);
    if (Files.exists(source)) {
      Files.move(source, target(file));
      moved.add(file);
    }
  }

  /** Copies a file that is about to be replaced. */
  void copy(String file) throws IOException {
    Path source = index.resolve(file);
    if (Files.exists(source)) {
      Files.copy(source, target(file));
      moved.add(file);
    }
  }

  private Path target(String file) throws IOException {
    Path target = index.resolve(name).resolve(file);
    Files.createDirectories(target.getParent());
    return target;
  }

  /** Moves what was found, once the new commit needs none of it: stores as a whole. */
  void moveDamaged(Findings findings) throws IOException {
    for (VerifyReport.Finding finding : findings.all()) {
      String file = finding.file();
      int slash = file.indexOf('/');
      boolean inStore = slash > 0 && file.startsWith(IndexFolder.STORE);
      String whole = inStore ? file.substring(0, slash) : file;
      boolean inLexical = file.startsWith(IndexFolder.LEXICAL + "/");
      if (!inLexical && !STAY.contains(whole)) {
        move(whole);
      }
    }
  }

  String name() {
    return name;
  }

  /** What was moved or copied, in this order. */
  List<String> moved() {
    return moved;
  }
}
