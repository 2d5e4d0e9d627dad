package dev.sluice.distill.training;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The state of a training on disk: a safetensors file whose metadata say how far the training is
 * and, as {@code run}, what it was started with. It is replaced as a whole.
 */
public final class Checkpoint {
  private static final String NAME = "checkpoint.safetensors";
  private static final String RUN = "run";

  private final Path file;
  private final String run;

  /**
   * @param work folder of the file
   * @param run all options that a training must agree with to go on
   */
  public Checkpoint(Path work, String run) {
    this.file = work.resolve(NAME);
    this.run = run;
  }

  /**
   * Writes the state.
   *
   * @param progress how far the training is
   * @param tensors adds them
   */
  public void write(Map<String, String> progress, Consumer<SafetensorsWriter> tensors) {
    SafetensorsWriter writer = new SafetensorsWriter(file);
    writer.metadata(RUN, run);
    progress.forEach(writer::metadata);
    tensors.accept(writer);
    writer.write();
  }

  /**
   * Goes on from the state.
   *
   * @param tensors takes them over
   * @return how far the training was; empty without a file
   * @throws InvalidInputException if it is of another run
   * @throws dev.sluice.error.DamagedException if a checksum differs
   */
  public Optional<Map<String, String>> resume(Consumer<SafetensorsFile> tensors) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      state.verify();
      String found = state.metadata().get(RUN);
      if (!run.equals(found)) {
        throw new InvalidInputException(
            "%s is of a training with other options: %s. Wanted: %s. Give another work folder, or the same options."
                .formatted(file, found, run));
      }
      tensors.accept(state);
      return Optional.of(state.metadata());
    }
  }
}
