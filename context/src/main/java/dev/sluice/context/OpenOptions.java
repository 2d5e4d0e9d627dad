package dev.sluice.context;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to open an index.
 *
 * @param reranker folder of a cross-encoder with {@code model.onnx} and {@code tokenizer.json};
 *     without one the rerank stage is skipped
 * @param embedderAhead whether the model of the vectors is opened at once, in the background, and
 *     not when the first query needs it
 */
public record OpenOptions(Optional<Path> reranker, boolean embedderAhead) {

  public static OpenOptions defaults() {
    return new OpenOptions(Optional.empty(), false);
  }

  public OpenOptions withReranker(Path folder) {
    return new OpenOptions(Optional.of(folder), embedderAhead);
  }

  public OpenOptions withEmbedderAhead(boolean ahead) {
    return new OpenOptions(reranker, ahead);
  }
}
