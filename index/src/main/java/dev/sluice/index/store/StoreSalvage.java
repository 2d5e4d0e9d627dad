package dev.sluice.index.store;

import dev.sluice.error.DamagedException;
import dev.sluice.index.Span;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Reads a damaged store record by record, and copies the documents that can be read whole. Works on
 * links to the files; the store itself is left as it is.
 */
public final class StoreSalvage implements Closeable {
  private final Path working;
  private final RocksFolder folder;
  private final DocumentStore store;
  private final Map<Integer, String> idsByNumber = new HashMap<>();

  /** Whether all ids could be read: a document without one is then none. */
  private final boolean allIds;

  /**
   * A document of which something cannot be read.
   *
   * @param number of the document
   * @param id empty where it cannot be read either
   * @param firstPassage number of its first passage, -1 where it cannot be read
   * @param passages how many passages it had as far as that can be read
   * @param reason what cannot be read
   */
  public record Lost(int number, String id, int firstPassage, int passages, String reason) {}

  private StoreSalvage(Path working, RocksFolder folder) {
    this.working = working;
    this.folder = folder;
    store = new DocumentStore(folder);
    allIds = readIds();
  }

  /**
   * Opens a damaged store.
   *
   * @param damaged its folder
   * @param working a folder to make links in; removed when this is closed
   * @param isSound whether a file of the store, by its name, has its checksum
   * @throws DamagedException when not even the list of tables can be read
   */
  public static StoreSalvage open(Path damaged, Path working, Predicate<String> isSound)
      throws IOException {
    StoreWriter.delete(working);
    Files.createDirectories(working);
    StoreWriter.linkAll(damaged, working);
    restoreManifest(working, isSound);
    try {
      return new StoreSalvage(working, RocksFolder.openDamaged(working));
    } catch (RuntimeException e) {
      StoreWriter.delete(working);
      throw e;
    }
  }

  private static void restoreManifest(Path working, Predicate<String> isSound) throws IOException {
    try (Stream<Path> files = Files.list(working)) {
      for (Path copy : files.filter(file -> file.toString().endsWith(RocksFolder.COPY)).toList()) {
        String copyName = copy.getFileName().toString();
        String name = copyName.substring(0, copyName.length() - RocksFolder.COPY.length());
        if (isSound.test(copyName) && !isSound.test(name)) {
          Files.copy(copy, working.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.writeString(working.resolve(RocksFolder.CURRENT), name + "\n");
      }
    }
  }

  /** Ids are needed for documents that cannot be read: from both ends up to what is damaged. */
  private boolean readIds() {
    try (RocksIterator all = folder.db.newIterator(folder.ids())) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        putId(all);
      }
      if (isSound(all)) {
        return true;
      }
      for (all.seekToLast(); all.isValid(); all.prev()) {
        putId(all);
      }
    }
    return false;
  }

  private void putId(RocksIterator at) {
    idsByNumber.put(Records.number(at.value()), new String(at.key(), StandardCharsets.UTF_8));
  }

  private static boolean isSound(RocksIterator all) {
    try {
      all.status();
      return true;
    } catch (RocksDBException e) {
      return false;
    }
  }

  /** Tells of documents as they are read. */
  @FunctionalInterface
  public interface Progress {
    void documents(long done, long total);
  }

  /** Whether the content of a document is what it was. */
  @FunctionalInterface
  public interface ContentCheck {
    boolean matches(StoredDocument document, byte[] text);
  }

  /**
   * Copies each document that is whole, with its number, its passages and their numbers.
   *
   * @param documents numbers of documents are below this
   * @return the others, in the order of their numbers
   */
  public List<Lost> copyTo(
      StoreWriter target, int documents, int passages, ContentCheck content, Progress progress)
      throws IOException {
    List<Lost> lost = new ArrayList<>();
    for (int number = 0; number < documents; number++) {
      copy(number, target, content).ifPresent(lost::add);
      progress.documents(number + 1L, documents);
    }
    return withPassages(lost, passages);
  }

  private Optional<Lost> copy(int number, StoreWriter target, ContentCheck content)
      throws IOException {
    StoredDocument document;
    try {
      Optional<StoredDocument> found = store.document(number);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      document = found.get();
    } catch (DamagedException e) {
      if (allIds && !idsByNumber.containsKey(number)) {
        // The number of a document that was removed long before.
        return Optional.empty();
      }
      return Optional.of(
          new Lost(number, idsByNumber.getOrDefault(number, ""), -1, 0, "its record"));
    }
    List<StoredPassage> passages = new ArrayList<>();
    for (int i = 0; i < document.passages(); i++) {
      Optional<StoredPassage> passage = passage(document.firstPassage() + i);
      if (passage.isEmpty()) {
        return Optional.of(
            lost(number, document, "the record of passage " + (document.firstPassage() + i)));
      }
      passages.add(passage.get());
    }
    byte[] text;
    try {
      text = store.text(number, new Span(0, document.textBytes()));
    } catch (DamagedException e) {
      return Optional.of(lost(number, document, "its text"));
    }
    if (!content.matches(document, text)) {
      return Optional.of(lost(number, document, "its content, which does not match its hash"));
    }
    target.putText(number, text);
    for (int i = 0; i < passages.size(); i++) {
      target.putPassage(document.firstPassage() + i, passages.get(i));
    }
    target.putDocument(number, document);
    target.putId(document.id(), number);
    return Optional.empty();
  }

  private Optional<StoredPassage> passage(int number) {
    try {
      return store.passage(number);
    } catch (DamagedException e) {
      return Optional.empty();
    }
  }

  private static Lost lost(int number, StoredDocument document, String reason) {
    return new Lost(number, document.id(), document.firstPassage(), document.passages(), reason);
  }

  /** Finds the passages of documents whose records are lost: they name their document. */
  private List<Lost> withPassages(List<Lost> lost, int passages) {
    Map<Integer, int[]> ranges = new HashMap<>();
    lost.stream()
        .filter(document -> document.firstPassage() < 0)
        .forEach(document -> ranges.put(document.number(), new int[] {-1, 0}));
    if (ranges.isEmpty()) {
      return lost;
    }
    for (int number = 0; number < passages; number++) {
      int passage = number;
      passage(number)
          .map(stored -> ranges.get(stored.document()))
          .ifPresent(
              range -> {
                range[0] = range[0] < 0 ? passage : range[0];
                range[1] = passage + 1 - range[0];
              });
    }
    return lost.stream()
        .map(
            document -> {
              int[] range = ranges.get(document.number());
              return range == null
                  ? document
                  : new Lost(
                      document.number(), document.id(), range[0], range[1], document.reason());
            })
        .toList();
  }

  @Override
  public void close() throws IOException {
    folder.close();
    StoreWriter.delete(working);
  }
}
