package dev.sluice.inference;

import dev.sluice.inference.network.Output;
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
 * </table>
 *
 * @param name the name that indexes remember
 * @param folder where the files are
 * @param format what the network is stored as
 * @param kind what the model is for, if the pack says so
 * @param pooling how an embedder makes one vector from those of its tokens
 * @param queryInstruction what an embedder wants before each query; may be empty
 * @param maxTokens the longest input in tokens, special tokens included
 */
public record ModelPack(
    String name,
    Path folder,
    Format format,
    Optional<Kind> kind,
    Pooling pooling,
    String queryInstruction,
    int maxTokens) {

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

  /** The tokenizer in the format of Hugging Face's tokenizers library. */
  public Path tokenizer() {
    return folder.resolve("tokenizer.json");
  }
}
