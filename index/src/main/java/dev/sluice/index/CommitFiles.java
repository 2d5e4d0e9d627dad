package dev.sluice.index;

import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.vector.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of the three parts of a commit, by their names relative to the folder of the index.
 *
 * @param lexical of Lucene
 * @param store of RocksDB
 * @param vectors the vector segments
 */
record CommitFiles(SortedSet<String> lexical, SortedSet<String> store, SortedSet<String> vectors) {

  /**
   * @param lexicalFiles the files of the Lucene commit
   * @param storeName name of the store's folder
   * @param segments names of the vector segments
   */
  static CommitFiles of(
      Path index, Collection<String> lexicalFiles, String storeName, List<String> segments)
      throws IOException {
    SortedSet<String> store = new TreeSet<>();
    try (Stream<Path> files = Files.list(index.resolve(storeName))) {
      files.forEach(file -> store.add(storeName + "/" + file.getFileName()));
    }
    return new CommitFiles(
        under(IndexFolder.LEXICAL, lexicalFiles), store, under(VectorIndex.FOLDER, segments));
  }

  private static SortedSet<String> under(String folder, Collection<String> names) {
    SortedSet<String> files = new TreeSet<>();
    names.forEach(name -> files.add(folder + "/" + name));
    return files;
  }

  SortedSet<String> all() {
    SortedSet<String> all = new TreeSet<>(lexical);
    all.addAll(store);
    all.addAll(vectors);
    return all;
  }

  /**
   * Writes and syncs the checksums of the commit. Those of files that were written through a folder
   * of {@code checksums} are of what was meant to be written; the others are read once.
   *
   * @param checksums what is known; afterwards of the files of the commit, and of Lucene's that no
   *     commit has yet
   * @param previousStore name of the store's folder before this commit, empty where there was none
   * @return the name of the file, for the manifest
   */
  String writeChecksums(
      IndexFolder folder, IndexChecksums checksums, long generation, String previousStore)
      throws IOException {
    for (String file : store) {
      String previous = previousStore + file.substring(file.lastIndexOf('/'));
      Path before = folder.path.resolve(previous);
      // Tables that have not changed are hard links to those of the previous commit.
      if (checksums.of(previous).isPresent()
          && Files.exists(before)
          && Files.isSameFile(before, folder.path.resolve(file))) {
        checksums.addSame(file, previous);
      }
    }
    SortedSet<String> all = all();
    for (String file : all) {
      checksums.add(folder.path, file);
    }
    String name = IndexFolder.checksumsName(generation);
    checksums.write(folder.directory, name, all);
    checksums.retainIf(file -> file.startsWith(IndexFolder.LEXICAL + "/") || all.contains(file));
    return name;
  }
}
