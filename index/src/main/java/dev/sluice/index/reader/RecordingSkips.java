package dev.sluice.index.reader;

import dev.sluice.index.BuildReport.Skipped;
import dev.sluice.index.Document;
import java.util.ArrayList;
import java.util.List;

/** Passes everything on, and remembers what was skipped, up to a number. */
final class RecordingSkips implements DocumentReader.Sink {

  private static final int MOST = 1000;

  private final DocumentReader.Sink to;
  private final List<Skipped> skips = new ArrayList<>();

  RecordingSkips(DocumentReader.Sink to) {
    this.to = to;
  }

  List<Skipped> skips() {
    return skips;
  }

  /** Whether these are all: more are not remembered. */
  boolean areAll() {
    return skips.size() <= MOST;
  }

  @Override
  public void skip(String where, String reason) {
    if (skips.size() <= MOST) {
      skips.add(new Skipped(where, reason));
    }
    to.skip(where, reason);
  }

  @Override
  public boolean isCurrent(String id, String stamp) {
    return to.isCurrent(id, stamp);
  }

  @Override
  public void accept(Document document, String stamp) throws InterruptedException {
    to.accept(document, stamp);
  }

  @Override
  public void keep(String id) {
    to.keep(id);
  }

  @Override
  public void keepAll() {
    to.keepAll();
  }

  @Override
  public void progress(long bytes) {
    to.progress(bytes);
  }

  @Override
  public boolean isCurrentArchive(String id, String stamp) {
    return to.isCurrentArchive(id, stamp);
  }

  @Override
  public void endArchive(String id, String stamp, List<Skipped> leftOut)
      throws InterruptedException {
    to.endArchive(id, stamp, leftOut);
  }
}
