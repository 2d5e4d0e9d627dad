package dev.sluice.index;

import dev.sluice.index.checksum.IndexChecksums;
import dev.sluice.index.field.FieldCatalog;
import dev.sluice.index.field.IndexField;
import dev.sluice.index.lexical.DocumentFields;
import dev.sluice.index.lexical.LexicalCheck;
import dev.sluice.index.lexical.LexicalWriter;
import dev.sluice.index.store.DocumentStore;
import dev.sluice.index.store.StoreScan;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.lucene.store.Directory;

/**
 * Keeps the lexical index where it is sound and holds what the store holds, else writes it anew.
 */
final class LexicalRepair {
  private static final double BUFFER_MEGABYTES = 64;

  private final IndexFolder folder;
  private final Manifest manifest;
  private final Findings findings;
  private final TaskListener listener;
  private final FieldCatalog fields;
  private boolean rebuilt;
  private String commit;
  private Collection<String> files = List.of();

  LexicalRepair(IndexFolder folder, Manifest manifest, Findings findings, TaskListener listener) {
    this.folder = folder;
    this.manifest = manifest;
    this.findings = findings;
    this.listener = listener;
    commit = manifest.lexical();
    fields = new FieldCatalog(manifest.fields(), Map.of());
  }

  /**
   * Does it; a new index is in {@link IndexFolder#newLexical}, until {@link #replace}.
   *
   * @param cross has walked the store
   */
  void run(IndexChecksums checksums, DocumentStore store, CrossCheck cross, long generation)
      throws IOException {
    if (findings.isSound(IndexFolder.LEXICAL)) {
      Findings differences = new Findings(folder.path);
      cross.lexical(store, checksums, differences);
      if (differences.all().isEmpty()) {
        try (Directory directory = checksums.forReading(folder.path, IndexFolder.LEXICAL)) {
          files = LexicalCheck.files(directory, commit);
        }
        return;
      }
    }
    rebuilt = true;
    fields.restart();
    checksums.retainIf(file -> !file.startsWith(IndexFolder.LEXICAL));
    IndexFolder.deleteAll(folder.newLexical());
    try (LexicalWriter writer =
        new LexicalWriter(
            checksums.forWriting(folder.path, IndexFolder.NEW_LEXICAL),
            manifest.settings().analyzer(),
            "",
            BUFFER_MEGABYTES)) {
      write(store, writer, cross.passages());
      commit = writer.commit(generation);
      files = new ArrayList<>(writer.files(commit));
    }
  }

  private void write(DocumentStore store, LexicalWriter writer, long total) throws IOException {
    StoredTexts texts = new StoredTexts(store);
    List<IOException> failures = new ArrayList<>();
    long[] done = {0};
    new StoreScan(store)
        .documents(
            (document, number) -> {
              // What does not fit its field was told of when it was indexed.
              DocumentFields filtered =
                  LexicalRebuild.fields(
                      fields, document.id(), document.uri(), document.metadata(), (_, _) -> {});
              for (int i = 0; i < document.passages() && failures.isEmpty(); i++) {
                int passage = document.firstPassage() + i;
                StoredTexts.PassageText text = texts.passage(passage);
                try {
                  writer.add(
                      passage,
                      number,
                      document.title(),
                      text.passage().headings(),
                      text.text(),
                      filtered);
                } catch (IOException e) {
                  failures.add(e);
                }
                listener.progress("rebuilding the lexical index", "passages", ++done[0], total);
              }
            });
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /** Puts the new index in the place of the old one, which has been moved or is removed. */
  void replace(IndexChecksums checksums) throws IOException {
    IndexFolder.deleteAll(folder.lexical());
    Files.move(folder.newLexical(), folder.lexical());
    folder.directory.syncMetaData();
    for (String file : files) {
      checksums.addSame(IndexFolder.LEXICAL + "/" + file, IndexFolder.NEW_LEXICAL + "/" + file);
    }
  }

  boolean rebuilt() {
    return rebuilt;
  }

  /** Whether filters find what is in the fields. */
  boolean filterable() {
    return rebuilt || manifest.filterable();
  }

  /** The fields of the metadata, for the manifest. */
  List<IndexField> fields() {
    return fields.fields();
  }

  /** Name of the Lucene commit, for the manifest. */
  String commit() {
    return commit;
  }

  /** The files of the Lucene commit. */
  Collection<String> files() {
    return files;
  }
}
