package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The state of a training on disk: a safetensors file with each parameter and the optimiser's
 * {@code mean.NAME} and {@code square.NAME}, fp32, and {@code steps}, {@code best} and {@code run}
 * in its metadata. It is replaced as a whole.
 */
final class Checkpoint {
  private static final String MEAN = "mean.";
  private static final String SQUARE = "square.";

  private Checkpoint() {}

  /** Writes the state. */
  static void write(
      Path file, String run, List<Parameter> parameters, AdamW optimizer, double best) {
    SafetensorsWriter writer = new SafetensorsWriter(file);
    writer.metadata("run", run);
    writer.metadata("steps", Long.toString(optimizer.steps()));
    writer.metadata("best", Double.toString(best));
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      add(writer, parameter.name(), parameter.value());
      add(writer, MEAN + parameter.name(), optimizer.means().get(i));
      add(writer, SQUARE + parameter.name(), optimizer.squares().get(i));
    }
    writer.write();
  }

  /** Writes the parameters alone. */
  static void writeParameters(Path file, List<Parameter> parameters) {
    SafetensorsWriter writer = new SafetensorsWriter(file);
    parameters.forEach(parameter -> add(writer, parameter.name(), parameter.value()));
    writer.write();
  }

  private static void add(SafetensorsWriter writer, String name, NDArray value) {
    writer.add(
        name, Arrays.stream(value.getShape().getShape()).boxed().toList(), value.toFloatArray());
  }

  /**
   * Goes on from a state.
   *
   * @param run what the state must have been written by
   * @return the best score so far
   * @throws InvalidInputException if it is of another run
   */
  static double resume(Path file, String run, List<Parameter> parameters, AdamW optimizer) {
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      state.verify();
      String found = state.metadata().get("run");
      if (!run.equals(found)) {
        throw new InvalidInputException(
            "%s is of a training with other options: %s. Wanted: %s. Give another work folder, or the same options."
                .formatted(file, found, run));
      }
      for (int i = 0; i < parameters.size(); i++) {
        String name = parameters.get(i).name();
        set(state, name, parameters.get(i).value());
        set(state, MEAN + name, optimizer.means().get(i));
        set(state, SQUARE + name, optimizer.squares().get(i));
      }
      optimizer.resume(Long.parseLong(state.metadata().get("steps")));
      return Double.parseDouble(state.metadata().get("best"));
    }
  }

  /** Sets parameters to those of a file. */
  static void readParameters(Path file, List<Parameter> parameters) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidInputException("There are no trained parameters " + file + ".");
    }
    try (SafetensorsFile state = SafetensorsFile.open(file)) {
      state.verify();
      parameters.forEach(parameter -> set(state, parameter.name(), parameter.value()));
    }
  }

  /** Sets those parameters that a file has, which it has under their names and as fp32. */
  static void readKnown(SafetensorsFile file, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      if (file.contains(parameter.name())) {
        set(file, parameter.name(), parameter.value());
      }
    }
  }

  private static void set(SafetensorsFile state, String name, NDArray target) {
    long[] shape = target.getShape().getShape();
    float[] values = state.tensor(name).requireShape(shape).toFloats();
    target.set(java.nio.FloatBuffer.wrap(values));
  }
}
