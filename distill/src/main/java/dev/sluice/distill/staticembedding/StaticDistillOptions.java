package dev.sluice.distill.staticembedding;

import java.nio.file.Path;
import java.util.List;

/**
 * What a static embedder is made from.
 *
 * @param data files of queries and passages, see {@link dev.sluice.distill.data.TrainingFiles}
 * @param base name or folder of the teacher, an embedder with a network; the pack gets its
 *     tokenizer
 * @param out folder of the pack; it must not exist
 * @param work folder of the teacher's vectors and of checkpoints, with which a stopped run goes on
 * @param name of the pack, which indexes remember
 * @param command how it was made, for its card; may be empty
 * @param recipe how it is trained
 */
public record StaticDistillOptions(
    List<Path> data,
    String base,
    Path out,
    Path work,
    String name,
    String command,
    StaticRecipe recipe) {

  public StaticDistillOptions {
    data = List.copyOf(data);
  }
}
