package dev.sluice.inference;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads and writes {@code sluice-model.json}; {@link ModelPack} says what is in it. */
public final class ModelPackFile {
  /** The name of the file in a model's folder. */
  public static final String NAME = "sluice-model.json";

  private static final Set<String> FIELDS =
      new TreeSet<>(
          Set.of(
              "name",
              "kind",
              "pooling",
              "queryInstruction",
              "maxTokens",
              "calibration",
              "base",
              "baseSha256"));
  private static final int DEFAULT_MAX_TOKENS = 512;

  private final Path file;
  private final JsonNode json;

  private ModelPackFile(Path file, JsonNode json) {
    this.file = file;
    this.json = json;
  }

  /**
   * What the file of a folder says, or the defaults where it is missing; whether the folder has the
   * other files of a pack is not looked at. A base is looked for.
   *
   * @throws InvalidInputException if the file is not JSON, a field is unknown or has no such value,
   *     or the base is not there
   * @throws dev.sluice.error.DamagedException if the base is another than the pack was made with
   */
  public static ModelPack read(Path folder) {
    Path file = folder.resolve(NAME);
    JsonMapper mapper = JsonMapper.builder().build();
    if (!Files.exists(file)) {
      return new ModelPackFile(file, mapper.createObjectNode()).pack(folder);
    }
    try {
      return new ModelPackFile(file, mapper.readTree(Files.readAllBytes(file))).pack(folder);
    } catch (JacksonException e) {
      throw new InvalidInputException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  /** Writes what a pack says into another folder. */
  public static void write(ModelPack pack, Path folder) {
    ObjectNode json = JsonMapper.builder().build().createObjectNode();
    json.put("name", pack.name());
    pack.kind().ifPresent(kind -> json.put("kind", kind.toString()));
    json.put("pooling", pack.pooling().toString());
    json.put("queryInstruction", pack.queryInstruction());
    json.put("maxTokens", pack.maxTokens());
    pack.calibration()
        .ifPresent(
            calibration ->
                json.putObject("calibration")
                    .put("scale", calibration.scale())
                    .put("shift", calibration.shift()));
    pack.base().ifPresent(base -> json.put("base", base.name()).put("baseSha256", base.sha256()));
    Path file = folder.resolve(NAME);
    try {
      Files.writeString(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ResourceException("Cannot write " + file + ": " + e, e);
    }
  }

  private ModelPack pack(Path folder) {
    if (!json.isObject()) {
      throw new InvalidInputException(file + " must hold one JSON object.");
    }
    Set<String> unknown = new TreeSet<>();
    json.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(FIELDS);
    if (!unknown.isEmpty()) {
      throw new InvalidInputException(
          file + " has fields that are not known: " + unknown + ". Known are " + FIELDS + ".");
    }
    return new ModelPack(
        text("name").orElseGet(() -> folder.toAbsolutePath().normalize().getFileName().toString()),
        folder,
        format(folder),
        choice("kind", ModelPack.Kind.values()),
        choice("pooling", ModelPack.Pooling.values()).orElse(ModelPack.Pooling.MEAN),
        text("queryInstruction").orElse(""),
        maxTokens(),
        calibration(),
        base(folder));
  }

  private Optional<ScoreCalibration> calibration() {
    JsonNode value = json.path("calibration");
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    JsonNode scale = value.path("scale");
    JsonNode shift = value.path("shift");
    if (value.size() != 2 || !scale.isNumber() || !shift.isNumber() || scale.doubleValue() <= 0) {
      throw new InvalidInputException(
          file
              + ": calibration must be {\"scale\": NUMBER ABOVE 0, \"shift\": NUMBER}, but is "
              + value
              + ".");
    }
    return Optional.of(new ScoreCalibration(scale.doubleValue(), shift.doubleValue()));
  }

  private Optional<ModelPack.Base> base(Path folder) {
    Optional<String> name = text("base");
    Optional<String> sha256 = text("baseSha256");
    if (name.isEmpty() && sha256.isEmpty()) {
      return Optional.empty();
    }
    if (name.isEmpty()
        || !name.get().matches("\\w[\\w.-]*")
        || sha256.isEmpty()
        || !sha256.get().matches("[0-9a-f]{64}")) {
      throw new InvalidInputException(
          file
              + ": base must be a name of letters, digits, \".\", \"_\" and \"-\", and baseSha256"
              + " 64 hexadecimal digits in lower case, but they are "
              + json.path("base")
              + " and "
              + json.path("baseSha256")
              + ".");
    }
    return Optional.of(BasePacks.find(folder, name.get(), sha256.get()));
  }

  private static ModelPack.Format format(Path folder) {
    return Stream.of(ModelPack.Format.FP4, ModelPack.Format.TOKEN_VECTORS)
        .filter(format -> Files.isRegularFile(folder.resolve(format.file())))
        .findFirst()
        .orElse(ModelPack.Format.ONNX);
  }

  private Optional<String> text(String field) {
    JsonNode value = json.path(field);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw new InvalidInputException(
          file + ": " + field + " must be a string, but is " + value + ".");
    }
    return Optional.of(value.textValue());
  }

  private <T> Optional<T> choice(String field, T[] values) {
    return text(field)
        .map(
            text ->
                Arrays.stream(values)
                    .filter(value -> value.toString().equals(text))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new InvalidInputException(
                                file
                                    + ": "
                                    + field
                                    + " must be one of "
                                    + Arrays.toString(values)
                                    + ", but is \""
                                    + text
                                    + "\".")));
  }

  private int maxTokens() {
    JsonNode value = json.path("maxTokens");
    if (value.isMissingNode()) {
      return DEFAULT_MAX_TOKENS;
    }
    if (!value.isInt() || value.intValue() < 8 || value.intValue() > 1 << 20) {
      throw new InvalidInputException(
          file + ": maxTokens must be an integer of 8 to 1048576, but is " + value + ".");
    }
    return value.intValue();
  }
}
