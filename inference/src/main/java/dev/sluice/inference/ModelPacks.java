package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds models by name or folder. */
public final class ModelPacks {
  /** The embedder that comes with the program. */
  public static final String BGE_SMALL = "bge-small";

  private static final String RESOURCES = "dev/sluice/models/";

  /** The files of the packs that come with the program. */
  private static final Map<String, List<String>> BUNDLED =
      Map.of(BGE_SMALL, files("model.safetensors", "config.json", "quantization.json"));

  private static final String WHAT_A_MODEL_IS =
      "A model is a folder with tokenizer.json and either model.safetensors and config.json, or"
          + " token-vectors.safetensors, or model.onnx.";

  private ModelPacks() {}

  private static List<String> files(String... own) {
    return Stream.concat(
            Stream.of(
                "tokenizer.json",
                ModelPackFile.NAME,
                GoldenFile.NAME,
                "SHA256SUMS",
                "LICENSE",
                "README.md"),
            Stream.of(own))
        .toList();
  }

  /** The names that {@link #locate} knows without a folder. */
  public static List<String> knownNames() {
    return BUNDLED.keySet().stream().sorted().toList();
  }

  /**
   * The pack with a known name or else in a folder. A known name is unpacked into {@link
   * CacheFolder} when it is first used; write {@code ./bge-small} for a folder of that name.
   *
   * @throws InvalidInputException if there is no such name or folder, or the folder lacks a file
   */
  public static ModelPack locate(String nameOrPath) {
    if (BUNDLED.containsKey(nameOrPath)) {
      return bundled(nameOrPath);
    }
    return folder(nameOrPath)
        .map(ModelPacks::read)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "No model \""
                        + nameOrPath
                        + "\": it is neither a known name ("
                        + String.join(", ", knownNames())
                        + ") nor a folder. Give a known name, or a folder. "
                        + WHAT_A_MODEL_IS));
  }

  private static Optional<Path> folder(String text) {
    try {
      return Optional.of(Path.of(text)).filter(path -> !text.isEmpty() && Files.isDirectory(path));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static ModelPack read(Path folder) {
    ModelPack pack = ModelPackFile.read(folder);
    if (!Files.isRegularFile(pack.model())) {
      throw missing(
          folder,
          Arrays.stream(ModelPack.Format.values())
              .map(ModelPack.Format::file)
              .collect(Collectors.joining(" and no ")));
    }
    requireFile(folder, pack.tokenizer());
    if (pack.format() == ModelPack.Format.FP4) {
      requireFile(folder, pack.config());
    }
    return pack;
  }

  private static void requireFile(Path folder, Path file) {
    if (!Files.isRegularFile(file)) {
      throw missing(folder, file.getFileName().toString());
    }
  }

  private static InvalidInputException missing(Path folder, String what) {
    return new InvalidInputException(
        "The model folder " + folder + " has no " + what + ". " + WHAT_A_MODEL_IS);
  }

  /** A pack that comes as resources of the module {@code models}. */
  private static ModelPack bundled(String name) {
    Map<String, String> resources =
        BUNDLED.get(name).stream()
            .collect(Collectors.toMap(file -> file, file -> RESOURCES + name + "/" + file));
    return read(
        BundledFiles.find(name, resources)
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "The model "
                            + name
                            + " is not on the class path. Add the Maven artifact"
                            + " dev.sluice:sluice-models, or give a model's folder."))
            .unpack(CacheFolder.locate().resolve("models")));
  }
}
