package dev.sluice.inference;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.hub.HubName;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds models by name or folder. */
public final class ModelPacks {
  /** The embedder that comes with the program. */
  public static final String BGE_SMALL = "bge-small";

  /** The embedder that the cross-encoder which comes with the program stands on. */
  public static final String E5_SMALL = "e5-small";

  /** The cross-encoder that comes with the program. */
  public static final String SLUICE_RERANK = "sluice-rerank";

  /** The reader that comes with the program. */
  public static final String SLUICE_READ = "sluice-read";

  /** The embedder that comes with the program and has no network. */
  public static final String SLUICE_STATIC = "sluice-static";

  private static final String RESOURCES = "dev/sluice/models/";

  /** The packs that come with the program. */
  private static final List<String> BUNDLED =
      List.of(BGE_SMALL, SLUICE_STATIC, E5_SMALL, SLUICE_RERANK, SLUICE_READ);

  /** Other names of those packs. */
  private static final Map<String, String> ALIASES = Map.of("static", SLUICE_STATIC);

  /** What a pack may hold; not each has all. */
  private static final List<String> FILES =
      List.of(
          "model.safetensors",
          "token-vectors.safetensors",
          "config.json",
          "tokenizer.json",
          ModelPackFile.NAME,
          GoldenFile.NAME,
          "fusion.json",
          "blend.json",
          "quantization.json",
          "SHA256SUMS",
          "LICENSE",
          "README.md");

  private static final String WHAT_A_MODEL_IS =
      "A model is a folder with tokenizer.json and either model.safetensors and config.json, or"
          + " token-vectors.safetensors, or model.onnx.";

  private ModelPacks() {}

  /** The names that {@link #locate} knows without a folder. */
  public static List<String> knownNames() {
    return BUNDLED;
  }

  /** The name that an index remembers: that of the pack for an alias, else the text as it is. */
  public static String canonical(String nameOrPath) {
    return ALIASES.getOrDefault(nameOrPath, nameOrPath);
  }

  /**
   * The pack with a known name, else in a folder, else pulled from a hub under {@code owner/name}.
   * A known name is unpacked into {@link CacheFolder} when it is first used; write {@code
   * ./bge-small} for a folder of that name. {@code static} is short for {@value #SLUICE_STATIC}.
   *
   * @throws InvalidInputException if there is no such name or folder, or the folder lacks a file
   */
  public static ModelPack locate(String nameOrPath) {
    if (BUNDLED.contains(canonical(nameOrPath))) {
      return bundled(canonical(nameOrPath));
    }
    return folder(nameOrPath)
        .or(() -> pulled(nameOrPath))
        .map(ModelPacks::read)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "No model \""
                        + nameOrPath
                        + "\": it is neither a known name ("
                        + String.join(", ", knownNames())
                        + ") nor a folder. Give a known name, or a folder"
                        + HubName.find(hubName(nameOrPath))
                            .map(name -> ", or fetch it first: sluice model pull " + name)
                            .orElse("")
                        + ". "
                        + WHAT_A_MODEL_IS));
  }

  private static Optional<Path> pulled(String text) {
    return HubName.find(hubName(text)).map(HubName::packFolder).filter(Files::isDirectory);
  }

  /** Some callers took the name for a path, whose separator may be another. */
  private static String hubName(String text) {
    return text.replace(File.separatorChar, '/');
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
    // A pack with a base may lack files that the base has.
    Map<String, String> resources =
        FILES.stream()
            .filter(file -> isResource(RESOURCES + name + "/" + file))
            .collect(Collectors.toMap(file -> file, file -> RESOURCES + name + "/" + file));
    return read(
        Optional.of(resources)
            .filter(found -> !found.isEmpty())
            .flatMap(found -> BundledFiles.find(name, found))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "The model "
                            + name
                            + " is not on the class path. Add the Maven artifact"
                            + " dev.sluice:sluice-models, or give a model's folder."))
            .unpack(CacheFolder.locate().resolve("models")));
  }

  private static boolean isResource(String name) {
    return ModelPacks.class.getClassLoader().getResource(name) != null;
  }
}
