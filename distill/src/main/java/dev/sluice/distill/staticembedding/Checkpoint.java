package dev.sluice.distill.staticembedding;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The state of a run between two epochs, in one file that is replaced at once. */
final class Checkpoint {
  private static final String NAME = "checkpoint.safetensors";

  private final Path file;
  private final String recipe;

  /**
   * @param recipe what must be the same for a run to go on
   */
  Checkpoint(Path work, String recipe) {
    this.file = work.resolve(NAME);
    this.recipe = recipe;
  }

  void write(TokenTable table, int epochsDone) {
    List<Long> shape = List.of((long) table.tokens, (long) table.width);
    new SafetensorsWriter(file)
        .metadata("recipe", recipe)
        .metadata("epochs", Integer.toString(epochsDone))
        .metadata("steps", Integer.toString(table.steps()))
        .add("values", shape, table.values)
        .add("means", shape, table.means)
        .add("squares", shape, table.squares)
        .write();
  }

  /**
   * Puts the table where the file left off.
   *
   * @return the epochs done; empty without a file
   * @throws InvalidInputException if the file is of a run with another recipe
   */
  OptionalInt restore(TokenTable table) {
    if (!Files.exists(file)) {
      return OptionalInt.empty();
    }
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      tensors.verify();
      Map<String, String> metadata = tensors.metadata();
      if (!recipe.equals(metadata.get("recipe"))) {
        throw new InvalidInputException(
            "%s is of a run with another recipe (%s) than this one (%s). Delete the file, or give another folder for the work."
                .formatted(file, metadata.get("recipe"), recipe));
      }
      copy(tensors, "values", table.values);
      copy(tensors, "means", table.means);
      copy(tensors, "squares", table.squares);
      table.restore(Integer.parseInt(metadata.get("steps")));
      return OptionalInt.of(Integer.parseInt(metadata.get("epochs")));
    }
  }

  private static void copy(SafetensorsFile tensors, String name, float[] to) {
    float[] from = tensors.tensor(name).toFloats();
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
