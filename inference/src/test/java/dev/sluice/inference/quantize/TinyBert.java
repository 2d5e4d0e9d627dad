package dev.sluice.inference.quantize;

import dev.sluice.inference.TinyTokenizer;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A folder with a BERT model of random fp32 weights and few words, and texts of those words. */
public record TinyBert(Path folder, List<String> words, Random random) {
  static final int HIDDEN = 64;
  static final int HEADS = 4;
  static final int LAYERS = 2;
  static final int INTERMEDIATE = 128;
  private static final int POSITIONS = 40;

  public static TinyBert write(Path folder, long seed) throws IOException {
    List<String> words = new ArrayList<>(TinyTokenizer.SPECIAL);
    for (int i = 0; i < 120; i++) {
      words.add("w" + (char) ('a' + i / 26) + (char) ('a' + i % 26));
    }
    // Of the golden texts, so that these differ.
    words.addAll(List.of("the", "How", "What", "are", "of", "and", "at", "is", "logs", "old"));
    words.addAll(List.of("removed", "moon", "tides", "range", "capital", "France", "I", "do"));
    TinyBert tiny = new TinyBert(folder, words, new Random(seed));
    Files.createDirectories(folder);
    TinyTokenizer.write(folder, words);
    tiny.weights(List.of());
    return tiny;
  }

  /** Writes the weights anew, with heads of these names. */
  public void weights(List<String> heads) {
    SafetensorsWriter writer = new SafetensorsWriter(folder.resolve("model.safetensors"));
    matrix(writer, "embeddings.word_embeddings.weight", words.size(), HIDDEN, 1);
    matrix(writer, "embeddings.position_embeddings.weight", POSITIONS, HIDDEN, 0.3);
    matrix(writer, "embeddings.token_type_embeddings.weight", 2, HIDDEN, 0.1);
    norm(writer, "embeddings.LayerNorm");
    for (int i = 0; i < LAYERS; i++) {
      String layer = "encoder.layer." + i + ".";
      linear(writer, layer + "attention.self.query", HIDDEN, HIDDEN);
      linear(writer, layer + "attention.self.key", HIDDEN, HIDDEN);
      linear(writer, layer + "attention.self.value", HIDDEN, HIDDEN);
      linear(writer, layer + "attention.output.dense", HIDDEN, HIDDEN);
      norm(writer, layer + "attention.output.LayerNorm");
      linear(writer, layer + "intermediate.dense", INTERMEDIATE, HIDDEN);
      linear(writer, layer + "output.dense", HIDDEN, INTERMEDIATE);
      norm(writer, layer + "output.LayerNorm");
    }
    heads.forEach(head -> linear(writer, head, head.equals("classifier") ? 1 : 2, HIDDEN));
    writer.write();
  }

  /** Writes {@code config.json} as the transformers library does. */
  public void config(String architecture) throws IOException {
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"model_type":"bert","architectures":["%s"],"hidden_act":"gelu","hidden_size":%d,
         "num_hidden_layers":%d,"num_attention_heads":%d,"intermediate_size":%d,"vocab_size":%d,
         "max_position_embeddings":%d,"type_vocab_size":2,"layer_norm_eps":1e-12}
        """
            .formatted(architecture, HIDDEN, LAYERS, HEADS, INTERMEDIATE, words.size(), POSITIONS));
  }

  private void linear(SafetensorsWriter writer, String name, int outputs, int inputs) {
    matrix(writer, name + ".weight", outputs, inputs, 1 / Math.sqrt(inputs));
    writer.add(name + ".bias", List.of((long) outputs), numbers(outputs, 0, 0.1));
  }

  private void norm(SafetensorsWriter writer, String name) {
    writer.add(name + ".weight", List.of((long) HIDDEN), numbers(HIDDEN, 1, 0.1));
    writer.add(name + ".bias", List.of((long) HIDDEN), numbers(HIDDEN, 0, 0.1));
  }

  private void matrix(
      SafetensorsWriter writer, String name, int rows, int columns, double deviation) {
    writer.add(name, List.of((long) rows, (long) columns), numbers(rows * columns, 0, deviation));
  }

  private float[] numbers(int count, double mean, double deviation) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian(mean, deviation);
    }
    return numbers;
  }

  /** A text of 1 to 20 words. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i >= 0; i--) {
      int first = TinyTokenizer.SPECIAL.size();
      text.append(words.get(random.nextInt(first, words.size()))).append(' ');
    }
    return text.toString().strip();
  }

  /** A file with a text a line. */
  public Path texts(int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(text());
    }
    return Files.write(folder.resolveSibling("texts.txt"), lines);
  }

  /** A file with JSON lines, each a query and a passage. */
  Path pairs(int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("{\"query\":\"%s\",\"passage\":\"%s\"}".formatted(text(), text()));
    }
    return Files.write(folder.resolveSibling("pairs.jsonl"), lines);
  }
}
