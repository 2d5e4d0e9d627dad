package dev.sluice.context;

import dev.sluice.inference.ModelPacks;
import java.util.Optional;

/**
 * How to open an index.
 *
 * @param reranker name or folder of the cross-encoder of the rerank stage; without one the stage is
 *     skipped
 * @param reader name or folder of the reader that answers; without one the sentences of the window
 *     that fit best do
 * @param modelsAhead whether the models of the stages are opened at once, in the background, and
 *     not when the first query needs them
 */
public record OpenOptions(Optional<String> reranker, Optional<String> reader, boolean modelsAhead) {

  /** With the reranker and the reader that come with the program. */
  public static OpenOptions defaults() {
    return new OpenOptions(
        Optional.of(ModelPacks.SLUICE_RERANK), Optional.of(ModelPacks.SLUICE_READ), false);
  }

  public OpenOptions withReranker(Optional<String> nameOrFolder) {
    return new OpenOptions(nameOrFolder, reader, modelsAhead);
  }

  public OpenOptions withReader(Optional<String> nameOrFolder) {
    return new OpenOptions(reranker, nameOrFolder, modelsAhead);
  }

  public OpenOptions withModelsAhead(boolean ahead) {
    return new OpenOptions(reranker, reader, ahead);
  }
}
