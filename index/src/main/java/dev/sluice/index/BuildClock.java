package dev.sluice.index;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Counts what a build does and how long its parts take, and tells the listener now and then. */
final class BuildClock {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final BuildProgress.Listener listener;
  private final OptionalLong totalBytes;
  private final long startedAt = System.nanoTime();
  private long bytes;
  private long documents;
  private long passages;
  private long tokens;
  private long readingNanos;
  private long splittingNanos;
  private long embeddingNanos;
  private long writingNanos;
  private long graphNanos;
  private long committingNanos;
  private long toldAt;

  BuildClock(BuildProgress.Listener listener, OptionalLong totalBytes) {
    this.listener = listener;
    this.totalBytes = totalBytes;
  }

  long start() {
    return System.nanoTime();
  }

  /** Adds time that a source took; of the reading thread, which the last commit comes after. */
  void reading(long nanos) {
    readingNanos += nanos;
  }

  void splitting(long since) {
    splittingNanos += System.nanoTime() - since;
  }

  void embedding(long since) {
    embeddingNanos += System.nanoTime() - since;
    tell();
  }

  void writing(long since) {
    writingNanos += System.nanoTime() - since;
  }

  void graph(long since) {
    graphNanos += System.nanoTime() - since;
  }

  void committing(long since) {
    committingNanos += System.nanoTime() - since;
  }

  /** Counts bytes of the source whose documents are done with. */
  void read(long count) {
    bytes += count;
  }

  void document() {
    documents++;
    tell();
  }

  void indexed(int tokensOfPassage) {
    passages++;
    tokens += tokensOfPassage;
  }

  long passages() {
    return passages;
  }

  long tokens() {
    return tokens;
  }

  private void tell() {
    long now = System.nanoTime();
    if (now - toldAt >= INTERVAL_NANOS) {
      toldAt = now;
      listener.onProgress(
          new BuildProgress(
              BuildProgress.Phase.READING, bytes, totalBytes, documents, passages, tokens));
    }
  }

  /** Tells that a phase after the reading goes on. */
  void phase(BuildProgress.Phase phase, long done, long total) {
    listener.onProgress(
        new BuildProgress(
            phase,
            done,
            total > 0 ? OptionalLong.of(total) : OptionalLong.empty(),
            documents,
            passages,
            tokens));
  }

  BuildReport.Millis millis() {
    return new BuildReport.Millis(
        TimeUnit.NANOSECONDS.toMillis(readingNanos),
        TimeUnit.NANOSECONDS.toMillis(splittingNanos),
        TimeUnit.NANOSECONDS.toMillis(embeddingNanos),
        TimeUnit.NANOSECONDS.toMillis(writingNanos),
        TimeUnit.NANOSECONDS.toMillis(graphNanos),
        TimeUnit.NANOSECONDS.toMillis(committingNanos),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt));
  }
}
