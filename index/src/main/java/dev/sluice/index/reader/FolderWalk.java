package dev.sluice.index.reader;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.reader.FolderScan.SourceFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Walks a folder. Links to folders come last, so that a folder is found under its own path. */
final class FolderWalk {

  private final String name;
  private final Path root;
  private final PathRules rules;
  private final List<SourceFile> files = new ArrayList<>();
  private final List<Skipped> skips = new ArrayList<>();
  private final OtherFiles others = new OtherFiles();
  private final Deque<Folder> folders = new ArrayDeque<>();
  private final List<Folder> links = new ArrayList<>();
  private final Set<Object> seen = new HashSet<>();

  private record Folder(Path path, String id) {
    String child(String name) {
      return id.isEmpty() ? name : id + "/" + name;
    }
  }

  FolderWalk(String name, Path root, PathRules rules) {
    this.name = name;
    this.root = root.toAbsolutePath();
    this.rules = rules;
  }

  List<SourceFile> files() {
    return files;
  }

  List<Skipped> skips() {
    return skips;
  }

  void run() {
    folders.add(new Folder(root, ""));
    while (!folders.isEmpty() || !links.isEmpty()) {
      if (folders.isEmpty()) {
        links.sort(Comparator.comparing(Folder::id));
        folders.add(links.removeFirst());
      }
      Folder folder = folders.removeFirst();
      try {
        visit(folder);
      } catch (IOException e) {
        skips.add(new Skipped(where(folder.id()), problem(folder.path(), e)));
      }
    }
    files.sort(Comparator.comparing(SourceFile::id));
    skips.sort(Comparator.comparing(Skipped::where));
    skips.addAll(others.skips(name, false));
  }

  private void visit(Folder folder) throws IOException {
    if (!seen.add(key(folder.path()))) {
      return;
    }
    try (var entries = Files.newDirectoryStream(folder.path())) {
      for (Path entry : entries) {
        visitEntry(folder, entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void visitEntry(Folder folder, Path entry) {
    String entryName = FileNames.text(entry.getFileName(), entry);
    if (entryName.startsWith(".")) {
      return;
    }
    String id = folder.child(entryName);
    try {
      BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        if (!rules.leavesOutFolder(id)) {
          Folder child = new Folder(entry, id);
          if (Files.isSymbolicLink(entry)) {
            links.add(child);
          } else {
            folders.add(child);
          }
        }
      } else if (!leavesOutFile(entryName, id)) {
        visitFile(entry, entryName, id, attributes);
      }
    } catch (IOException e) {
      if (!rules.leavesOutFile(id)) {
        skips.add(new Skipped(where(id), problem(entry, e)));
      }
    }
  }

  /** An archive is left out as a folder is: the patterns of what to include are for its entries. */
  private boolean leavesOutFile(String entryName, String id) {
    boolean archive = FileType.of(entryName).filter(FileType::isArchive).isPresent();
    return archive ? rules.leavesOutFolder(id) : rules.leavesOutFile(id);
  }

  private void visitFile(Path file, String fileName, String id, BasicFileAttributes attributes) {
    if (!attributes.isRegularFile()) {
      skips.add(new Skipped(where(id), "not a regular file; exclude it"));
      return;
    }
    FileType.of(fileName)
        .ifPresentOrElse(
            type ->
                files.add(
                    new SourceFile(
                        id,
                        where(id),
                        file,
                        type,
                        attributes.size(),
                        attributes.lastModifiedTime())),
            () -> others.add(fileName));
  }

  private Object key(Path folder) throws IOException {
    Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    return key == null ? folder.toRealPath() : key;
  }

  private String where(String id) {
    return id.isEmpty() ? name : (name.endsWith("/") ? name : name + "/") + id;
  }

  private static String problem(Path path, IOException e) {
    if (e instanceof AccessDeniedException) {
      return "no permission to read it; make it readable or exclude it";
    }
    if (e instanceof NoSuchFileException) {
      return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
          ? "a symbolic link to something that does not exist; mend it or exclude it"
          : "it was removed while the folder was read; index again if it is back";
    }
    return "cannot be read: " + e.getMessage() + "; check the disk or exclude it";
  }
}
