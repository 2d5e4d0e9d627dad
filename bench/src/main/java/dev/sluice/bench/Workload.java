package dev.sluice.bench;

import dev.sluice.index.Document;
import dev.sluice.index.passage.SentencePassages;
import dev.sluice.index.reader.DocumentReader;
import dev.sluice.index.reader.DocumentReaders;
import dev.sluice.index.reader.ReaderOptions;
import dev.sluice.inference.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What every contender runs.
 *
 * @param name the report's field
 * @param sequences token ids of each text, special tokens included
 */
record Workload(String name, List<int[]> sequences) {
  /** Of BERT's English vocabulary, which all models here have. */
  private static final int CLS = 101;

  private static final int SEP = 102;

  private static final long SEED = 20250;

  Workload {
    sequences = List.copyOf(sequences);
  }

  /** Passages of a folder of documents, cut as an index cuts them by default. */
  static List<int[]> passages(Path folder, Tokenizer tokenizer)
      throws IOException, InterruptedException {
    return tokenizer.encodeAll(texts(folder, tokenizer)).stream()
        .map(tokens -> tokens.ids())
        .toList();
  }

  /** The texts of those passages, in an order drawn at random. */
  static List<String> texts(Path folder, Tokenizer tokenizer)
      throws IOException, InterruptedException {
    SentencePassages splitter = new SentencePassages(tokenizer);
    List<String> texts = new ArrayList<>();
    for (Document document : documents(folder)) {
      splitter
          .split(document)
          .forEach(cut -> texts.add(document.text().substring(cut.from(), cut.to())));
    }
    Collections.shuffle(texts, new Random(SEED));
    return texts;
  }

  /** {@code count} of the passages, with their own lengths, in no order. */
  static Workload ofRealLengths(List<int[]> passages, int count) {
    return new Workload(
        "real_lengths",
        passages.subList(0, count).stream().map(ids -> framed(ids, 0, ids.length)).toList());
  }

  /** The passages' tokens one after the other, in rows of one length. */
  static Workload ofEqualLengths(String name, List<int[]> passages, int rows, int length) {
    int[] all =
        passages.stream().flatMapToInt(Arrays::stream).limit((long) rows * length).toArray();
    return new Workload(
        name,
        IntStream.range(0, rows)
            .mapToObj(row -> framed(all, row * (length - 2), (row + 1) * (length - 2)))
            .toList());
  }

  private static int[] framed(int[] ids, int from, int to) {
    int[] framed = new int[to - from + 2];
    framed[0] = CLS;
    System.arraycopy(ids, from, framed, 1, to - from);
    framed[framed.length - 1] = SEP;
    return framed;
  }

  int tokens() {
    return sequences.stream().mapToInt(ids -> ids.length).sum();
  }

  /** The length that {@code share} of the sequences do not exceed. */
  int lengthAt(double share) {
    int[] lengths = sequences.stream().mapToInt(ids -> ids.length).sorted().toArray();
    return lengths[(int) Math.min(lengths.length - 1, Math.floor(share * lengths.length))];
  }

  private static List<Document> documents(Path folder) throws IOException, InterruptedException {
    List<Document> documents = new ArrayList<>();
    DocumentReaders.open(folder.toString(), ReaderOptions.DEFAULT)
        .read(
            new DocumentReader.Sink() {
              @Override
              public boolean isCurrent(String id, String stamp) {
                return false;
              }

              @Override
              public void accept(Document document, String stamp) {
                documents.add(document);
              }

              @Override
              public void skip(String where, String reason) {
                throw new IllegalStateException(where + ": " + reason);
              }

              @Override
              public void keep(String id) {}

              @Override
              public void keepAll() {}

              @Override
              public void progress(long bytes) {}
            });
    return documents;
  }
}
