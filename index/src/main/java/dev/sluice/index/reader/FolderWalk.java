package dev.sluice.index.reader;

import dev.sluice.index.reader.FolderScan.Skip;
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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Walks a folder. Links to folders come last, so that a folder is found under its own path. */
final class FolderWalk {

  private final String name;
  private final Path root;
  private final PathRules rules;
  private final List<SourceFile> files = new ArrayList<>();
  private final List<Skip> skips = new ArrayList<>();
  private final Map<String, Integer> others = new TreeMap<>();
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

  List<Skip> skips() {
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
        skips.add(new Skip(where(folder.id()), problem(folder.path(), e)));
      }
    }
    files.sort(Comparator.comparing(SourceFile::id));
    skips.sort(Comparator.comparing(Skip::where));
    others.forEach((extension, count) -> skips.add(otherFiles(extension, count)));
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
      } else if (!rules.leavesOutFile(id)) {
        visitFile(entry, entryName, id, attributes);
      }
    } catch (IOException e) {
      if (!rules.leavesOutFile(id)) {
        skips.add(new Skip(where(id), problem(entry, e)));
      }
    }
  }

  private void visitFile(Path file, String fileName, String id, BasicFileAttributes attributes) {
    if (!attributes.isRegularFile()) {
      skips.add(new Skip(where(id), "not a regular file; exclude it"));
      return;
    }
    DocumentKind.of(fileName)
        .ifPresentOrElse(
            kind ->
                files.add(
                    new SourceFile(
                        id,
                        where(id),
                        file,
                        kind,
                        attributes.size(),
                        attributes.lastModifiedTime())),
            () -> others.merge(DocumentKind.extension(fileName), 1, Integer::sum));
  }

  private Object key(Path folder) throws IOException {
    Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
    return key == null ? folder.toRealPath() : key;
  }

  private String where(String id) {
    return id.isEmpty() ? name : (name.endsWith("/") ? name : name + "/") + id;
  }

  private Skip otherFiles(String extension, int count) {
    String files = count == 1 ? "1 file" : count + " files";
    String kind = extension.isEmpty() ? "without extension" : "of type " + extension;
    String remedy =
        switch (extension) {
          case ".jsonl", ".ndjson", ".gz" ->
              "name the file itself as the source to read JSON lines";
          case "" -> "name a text file itself as the source, or give it the extension .txt";
          default -> "convert to one of " + DocumentKind.EXTENSIONS + ", or exclude them";
        };
    return new Skip(name, "%s %s: not text, Markdown or HTML; %s".formatted(files, kind, remedy));
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
