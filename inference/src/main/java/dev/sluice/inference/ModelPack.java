package dev.sluice.inference;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A model on disk: a folder with {@code model.onnx}, {@code tokenizer.json} and, if the defaults do
 * not fit, {@code sluice-model.json}, a JSON object whose fields are all optional:
 *
 * <table>
 *   <caption>sluice-model.json</caption>
 *   <tr><td>name</td><td>string; the folder's name by default</td></tr>
 *   <tr><td>kind</td><td>{@code embedder} or {@code cross-encoder}; either by default</td></tr>
 *   <tr><td>pooling</td><td>{@code cls} or {@code mean}; mean by default</td></tr>
 *   <tr><td>queryInstruction</td><td>string put before queries; none by default</td></tr>
 *   <tr><td>maxTokens</td><td>integer of 8 to 1,048,576; 512 by default</td></tr>
 * </table>
 *
 * @param name the name that indexes remember
 * @param folder where the files are
 * @param kind what the model is for, if the pack says so
 * @param pooling how an embedder makes one vector from those of its tokens
 * @param queryInstruction what an embedder wants before each query; may be empty
 * @param maxTokens the longest input in tokens, special tokens included
 */
public record ModelPack(
    String name,
    Path folder,
    Optional<Kind> kind,
    Pooling pooling,
    String queryInstruction,
    int maxTokens) {

  /** What a model is for. */
  public enum Kind {
    EMBEDDER("embedder"),
    CROSS_ENCODER("cross-encoder");

    private final String text;

    Kind(String text) {
      this.text = text;
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

  /** The network. */
  public Path model() {
    return folder.resolve("model.onnx");
  }

  /** The tokenizer in the format of Hugging Face's tokenizers library. */
  public Path tokenizer() {
    return folder.resolve("tokenizer.json");
  }
}
