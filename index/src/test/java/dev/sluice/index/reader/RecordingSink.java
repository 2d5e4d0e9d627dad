package dev.sluice.index.reader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.Document;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Keeps what a reader gives. */
final class RecordingSink implements DocumentReader.Sink {

  final List<Document> documents = new ArrayList<>();
  final Map<String, String> stamps = new HashMap<>();
  final List<String> skips = new ArrayList<>();
  final Set<String> current = new HashSet<>();
  final List<String> asked = new ArrayList<>();
  final List<String> kept = new ArrayList<>();
  long progress;

  static RecordingSink of(DocumentReader reader) throws Exception {
    RecordingSink sink = new RecordingSink();
    reader.read(sink);
    reader.size().ifPresent(size -> assertEquals(size, sink.progress, "progress"));
    return sink;
  }

  List<String> ids() {
    return documents.stream().map(Document::id).toList();
  }

  /** The only document. */
  Document document() {
    assertEquals(1, documents.size(), "documents, skipped: " + skips);
    return documents.getFirst();
  }

  /** The only skip. */
  String skip() {
    assertEquals(1, skips.size(), "skipped: " + skips);
    return skips.getFirst();
  }

  @Override
  public boolean isCurrent(String id, String stamp) {
    asked.add(id);
    return current.contains(id + " " + stamp);
  }

  @Override
  public void accept(Document document, String stamp) {
    documents.add(document);
    stamps.put(document.id(), stamp);
  }

  @Override
  public void skip(String where, String reason) {
    skips.add(where + ": " + reason);
  }

  @Override
  public void keep(String id) {
    kept.add(id);
  }

  @Override
  public void keepAll() {
    kept.add("*");
  }

  @Override
  public boolean isCurrentArchive(String id, String stamp) {
    return current.contains(id + " " + stamp);
  }

  @Override
  public void endArchive(String id, String stamp, List<Skipped> leftOut) {
    stamps.put(id, stamp);
    assertEquals(leftOut.stream().map(s -> s.where() + ": " + s.reason()).toList(), skips);
  }

  @Override
  public void progress(long bytes) {
    progress += bytes;
  }
}
