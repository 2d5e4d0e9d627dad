package dev.sluice.inference;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Turns text into vectors of unit length whose dot product measures likeness in meaning. Safe for
 * use by several threads.
 */
public interface Embedder extends AutoCloseable {

  /**
   * The name under which an index remembers who made its vectors, for example {@code bge-small}.
   */
  String name();

  /** The length of every vector. */
  int dimensions();

  /**
   * How many bits of a number an index keeps, 8 or 4, if nobody says otherwise: 4 costs a little of
   * what its vectors tell apart and halves their size.
   */
  default int vectorBits() {
    return 8;
  }

  /**
   * The most tokens of a text that count, special tokens included; the rest of a text is ignored.
   */
  int maxTokens();

  /** The tokenizer of the model. It is closed with the embedder. */
  Tokenizer tokenizer();

  /**
   * Vectors of passages, one per text and in their order.
   *
   * @return {@code texts.size()} arrays of {@link #dimensions()} numbers, each of unit length
   */
  float[][] embedPassages(List<String> texts);

  /**
   * The vector of a query; models that were trained with an instruction before queries add it here.
   */
  float[] embedQuery(String query);

  /**
   * The folder of the model's pack, where {@code fusion.json} may lie; empty if the model has no
   * folder.
   */
  default Optional<Path> folder() {
    return Optional.empty();
  }

  /** Checks the model's memory now; empty if it cannot check itself. */
  default Optional<SelfCheckReport> selfCheck() {
    return Optional.empty();
  }

  @Override
  void close();
}
