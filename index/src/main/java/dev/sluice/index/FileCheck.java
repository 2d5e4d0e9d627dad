package dev.sluice.index;

import dev.sluice.error.SluiceException;
import dev.sluice.index.checksum.FileChecksums;
import dev.sluice.index.checksum.IndexChecksums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Compares every byte of the files of a commit with its checksum. */
final class FileCheck {
  private final IndexFolder folder;
  private final TaskListener listener;
  private final Findings findings;
  private final Set<String> checked = new TreeSet<>();
  private long bytes;

  FileCheck(IndexFolder folder, Findings findings, TaskListener listener) {
    this.folder = folder;
    this.findings = findings;
    this.listener = listener;
  }

  /**
   * Checks the files of the last commit.
   *
   * @return the checksums of the commit; of no file where there are none or they are damaged
   */
  IndexChecksums check(Manifest manifest) throws IOException {
    return check(manifest, true);
  }

  /**
   * Checks what is there of the commit before and was not checked yet. Files may be missing: a
   * writer that was stopped while it removed the commit leaves part of it.
   */
  void checkRemains(Manifest previous) throws IOException {
    check(previous, false);
  }

  private IndexChecksums check(Manifest manifest, boolean complete) throws IOException {
    manifestCopy(manifest);
    if (!manifest.deletes().isEmpty() && (complete || exists(manifest.deletes()))) {
      own(
          manifest.deletes(),
          () -> DeletedPassages.read(folder.directory, manifest.deletes(), folder.path.toString()));
    }
    IndexChecksums[] checksums = {new IndexChecksums()};
    if (!manifest.checksums().isEmpty() && (complete || exists(manifest.checksums()))) {
      own(
          manifest.checksums(),
          () -> checksums[0] = folder.checksums(manifest, new IndexChecksums()));
    }
    compare(checksums[0], complete);
    return checksums[0];
  }

  /** Versions before checksums wrote no copy. */
  private void manifestCopy(Manifest manifest) throws IOException {
    String name = IndexFolder.manifestName(manifest.generation());
    if (manifest.checksums().isEmpty()) {
      return;
    }
    own(
        name,
        () -> {
          Optional<Manifest> copy = Manifest.read(folder.directory, name, folder.path.toString());
          if (copy.isEmpty()) {
            findings.add(name, "missing");
          } else if (!copy.get().equals(manifest)) {
            findings.add(name, "expected what " + Manifest.FILE + " says, found something else");
          }
        });
  }

  private interface Reading {
    void read() throws IOException;
  }

  private void own(String name, Reading reading) throws IOException {
    try {
      reading.read();
    } catch (SluiceException e) {
      findings.add(name, e);
    }
    checked.add(name);
    Path file = folder.path.resolve(name);
    bytes += Files.exists(file) ? Files.size(file) : 0;
  }

  private boolean exists(String name) {
    return Files.exists(folder.path.resolve(name));
  }

  private void compare(IndexChecksums checksums, boolean complete) throws IOException {
    long total = 0;
    for (String name : checksums.names()) {
      total += checked.contains(name) ? 0 : checksums.of(name).orElseThrow().length();
    }
    long[] done = {0};
    for (String name : checksums.names()) {
      if (!checked.add(name)) {
        continue;
      }
      FileChecksums expected = checksums.of(name).orElseThrow();
      Path file = folder.path.resolve(name);
      if (!Files.isRegularFile(file)) {
        if (complete) {
          findings.add(name, "missing");
        }
        continue;
      }
      bytes += Files.size(file);
      long all = total;
      String difference;
      try {
        difference =
            expected.difference(
                file,
                count -> {
                  done[0] += count;
                  listener.progress("reading files", "B", done[0], all);
                });
      } catch (IOException e) {
        difference = "cannot be read (" + e.getMessage() + ")";
      }
      if (!difference.isEmpty()) {
        findings.add(name, difference);
      }
    }
  }

  /** How many files were checked. */
  int files() {
    return checked.size();
  }

  /** Their length together. */
  long bytes() {
    return bytes;
  }

  /**
   * What lies in the folder and was not checked, since no commit names it.
   *
   * @return nothing for a commit without checksums: it does not list its files
   */
  List<String> leftovers(Manifest manifest) throws IOException {
    List<String> leftovers = new ArrayList<>();
    if (manifest.checksums().isEmpty()) {
      return leftovers;
    }
    try (Stream<Path> files = Files.walk(folder.path)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String name = folder.path.relativize(file).toString().replace('\\', '/');
        if (!checked.contains(name)
            && !name.equals(Manifest.FILE)
            && !name.endsWith(IndexFolder.LOCK)
            && !name.startsWith(IndexFolder.DAMAGED)) {
          leftovers.add(name);
        }
      }
    } catch (UncheckedIOException e) {
      // A writer is at work: what has gone meanwhile was left over.
      return leftovers;
    }
    return leftovers;
  }
}
