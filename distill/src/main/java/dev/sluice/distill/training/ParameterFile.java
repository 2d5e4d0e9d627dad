package dev.sluice.distill.training;

import ai.djl.ndarray.NDArray;
import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Parameters in safetensors files, fp32: alone, or with the optimiser's {@code mean.NAME} and
 * {@code square.NAME}.
 */
final class ParameterFile {
  private static final String MEAN = "mean.";
  private static final String SQUARE = "square.";

  private ParameterFile() {}

  /** Adds parameters and the optimiser's state. */
  static void add(SafetensorsWriter writer, List<Parameter> parameters, AdamW optimizer) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      add(writer, parameter.name(), parameter.value());
      add(writer, MEAN + parameter.name(), optimizer.means().get(i));
      add(writer, SQUARE + parameter.name(), optimizer.squares().get(i));
    }
  }

  /** Writes the parameters alone. */
  static void write(Path file, List<Parameter> parameters) {
    SafetensorsWriter writer = new SafetensorsWriter(file);
    parameters.forEach(parameter -> add(writer, parameter.name(), parameter.value()));
    writer.write();
  }

  private static void add(SafetensorsWriter writer, String name, NDArray value) {
    writer.add(
        name, Arrays.stream(value.getShape().getShape()).boxed().toList(), value.toFloatArray());
  }

  /** Sets parameters and the optimiser's state to those of a file. */
  static void read(SafetensorsFile state, List<Parameter> parameters, AdamW optimizer) {
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      set(state, name, parameters.get(i).value());
      set(state, MEAN + name, optimizer.means().get(i));
      set(state, SQUARE + name, optimizer.squares().get(i));
    }
  }

  /** Sets parameters to those of a file. */
  static void read(Path file, List<Parameter> parameters) {
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
    target.set(FloatBuffer.wrap(state.tensor(name).requireShape(shape).toFloats()));
  }
}
