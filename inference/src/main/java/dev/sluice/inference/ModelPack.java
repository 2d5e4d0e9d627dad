package dev.sluice.inference;

import dev.sluice.inference.network.Output;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model on disk: a folder with {@code tokenizer.json} and either {@code model.safetensors} (FP4
 * weights, preferred) with {@code config.json}, or {@code token-vectors.safetensors} (a static
 * embedder), or {@code model.onnx}. If the defaults do not fit, {@code sluice-model.json} is there
 * too, a JSON object whose fields are all optional:
 *
 * <table>
 *   <caption>sluice-model.json</caption>
 *   <tr><td>name</td><td>string; the folder's name by default</td></tr>
 *   <tr><td>kind</td><td>{@code embedder}, {@code cross-encoder} or {@code reader}; any by default</td></tr>
 *   <tr><td>pooling</td><td>{@code cls} or {@code mean}; mean by default</td></tr>
 *   <tr><td>queryInstruction</td><td>string put before queries; none by default</td></tr>
 *   <tr><td>maxTokens</td><td>integer of 8 to 1,048,576; 512 by default</td></tr>
 *   <tr><td>calibration</td><td>{@code {"scale": A, "shift": B}}: of a cross-encoder's score S,
 *     {@code 1 / (1 + exp(-(A S + B)))} is the probability that the passage is relevant; of a
 *     reader's best score that one of the passages answers</td></tr>
 *   <tr><td>base</td><td>name of a pack with FP4 weights, known or beside this one: tensors that
 *     model.safetensors lacks, and tokenizer.json where it is missing, are those of that
 *     pack</td></tr>
 *   <tr><td>baseSha256</td><td>SHA-256 of the base's model.safetensors, with {@code base}</td></tr>
 * </table>
 *
 * @param name the name that indexes remember
 * @param folder where the files are
 * @param format what the network is stored as
 * @param kind what the model is for, if the pack says so
 * @param pooling how an embedder makes one vector from those of its tokens
 * @param queryInstruction what an embedder wants before each query; may be empty
 * @param maxTokens the longest input in tokens, special tokens included
 * @param calibration of a cross-encoder's or a reader's scores
 * @param base the pack that this one has tensors of
 */
public record ModelPack(
    String name,
    Path folder,
    Format format,
    Optional<Kind> kind,
    Pooling pooling,
    String queryInstruction,
    int maxTokens,
    Optional<ScoreCalibration> calibration,
    Optional<Base> base) {

  /** A pack that stands alone, without calibration. */
  public ModelPack(
      String name,
      Path folder,
      Format format,
      Optional<Kind> kind,
      Pooling pooling,
      String queryInstruction,
      int maxTokens) {
    this(
        name,
        folder,
        format,
        kind,
        pooling,
        queryInstruction,
        maxTokens,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A pack that others have tensors of.
   *
   * @param name as {@code sluice-model.json} has it
   * @param sha256 of its {@code model.safetensors}, in lower-case hexadecimal digits
   * @param folder where it was found
   */
  public record Base(String name, String sha256, Path folder) {
    /** Its network. */
    public Path model() {
      return folder.resolve(Format.FP4.file());
    }
  }

  /** What a network is stored as. */
  public enum Format {
    /** BERT with FP4 weights, which {@code dev.sluice.inference.encoder} runs. */
    FP4("model.safetensors"),
    /** Any network with the inputs of BERT, which ONNX Runtime runs. */
    ONNX("model.onnx"),
    /** A vector per token and no network, see {@code dev.sluice.inference.staticembedding}. */
    TOKEN_VECTORS("token-vectors.safetensors");

    private final String file;

    Format(String file) {
      this.file = file;
    }

    /** The name of the network's file. */
    public String file() {
      return file;
    }
  }

  /** What a model is for. */
  public enum Kind {
    EMBEDDER("embedder"),
    CROSS_ENCODER("cross-encoder"),
    READER("reader");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** For messages: {@code an embedder}. */
    String withArticle() {
      return (this == EMBEDDER ? "an " : "a ") + text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** How the vectors of a text's tokens become one. */
  public enum Pooling {
    /** The vector of the first token. */
    CLS("cls"),
    /** The mean over all tokens, special tokens included, padding left out. */
    MEAN("mean");

    private final String text;

    Pooling(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** What its network is asked for when it is used as a model of this kind. */
  public Output output(Kind use) {
    return switch (use) {
      case EMBEDDER -> pooling == Pooling.CLS ? Output.FIRST_VECTOR : Output.MEAN_VECTOR;
      case CROSS_ENCODER -> Output.LOGITS;
      case READER -> Output.SPAN_LOGITS;
    };
  }

  /** The network. */
  public Path model() {
    return folder.resolve(format.file());
  }

  /**
   * The sizes of a network with FP4 weights, as Hugging Face's transformers library writes them.
   */
  public Path config() {
    return folder.resolve("config.json");
  }

  /**
   * The tokenizer in the format of Hugging Face's tokenizers library: the pack's own or, if it has
   * none, that of its base.
   */
  public Path tokenizer() {
    Path own = folder.resolve("tokenizer.json");
    return base.isEmpty() || Files.exists(own)
        ? own
        : base.get().folder().resolve("tokenizer.json");
  }
}
