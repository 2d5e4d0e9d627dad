package dev.sluice.inference;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code golden.json}: texts, and what a model must say of them wherever it runs.
 *
 * <pre>
 *   embedder       {"texts": [TEXT, ...], "vectors": [NUMBERS, ...]}
 *   cross-encoder  {"pairs": [[QUERY, PASSAGE], ...], "scores": [NUMBER, ...]}
 *   reader         {"pairs": [[QUESTION, PASSAGE], ...], "logits": [NUMBERS, ...]}
 * </pre>
 *
 * where NUMBERS is the Base64 of little-endian fp32 numbers. A reader's are the start logits of the
 * passage's tokens, then the end logits, then the one for no answer. Vectors and logits agree if
 * their cosine is at least .995, and scores if they differ by at most a twentieth of the range of
 * all scores of the file.
 *
 * @param kind what the model is for
 * @param items at least 1
 */
public record GoldenFile(ModelPack.Kind kind, List<Item> items) {
  /** The name of the file in a model's folder. */
  public static final String NAME = "golden.json";

  /** Vectors of bge-small on other kernels have a cosine above .999 to each other. */
  private static final double LEAST_COSINE = 0.995;

  private static final double LARGEST_DIFFERENCE = 0.05;

  public GoldenFile {
    items = List.copyOf(items);
    if (items.isEmpty()) {
      throw new IllegalArgumentException("a golden file needs at least one item");
    }
  }

  /**
   * What a model must say.
   *
   * @param texts one text, or a query and a passage
   * @param answer a vector, a score, or logits
   */
  @SuppressWarnings("ArrayRecordComponent") // read in bulk, never compared
  public record Item(List<String> texts, float[] answer) {
    public Item {
      texts = List.copyOf(texts);
    }

    private int chars() {
      return texts.stream().mapToInt(String::length).sum();
    }
  }

  /**
   * Reads the file of a model's folder; empty if there is none.
   *
   * @throws DamagedException if it is not a golden file for this kind of model
   */
  public static Optional<GoldenFile> read(Path folder, ModelPack.Kind kind) {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JsonMapper.builder().build().readTree(Files.readAllBytes(file));
      return Optional.of(parse(file, json, kind));
    } catch (JacksonException e) {
      throw new DamagedException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }

  private static GoldenFile parse(Path file, JsonNode json, ModelPack.Kind kind) {
    JsonNode texts = json.path(textsField(kind));
    JsonNode answers = json.path(answersField(kind));
    if (!texts.isArray() || !answers.isArray() || texts.size() != answers.size()) {
      throw new DamagedException(
          "%s must have as many \"%s\" as \"%s\", for %s. Fetch or quantise the model again."
              .formatted(file, textsField(kind), answersField(kind), kind.withArticle()));
    }
    List<Item> items = new ArrayList<>();
    try {
      for (int i = 0; i < texts.size(); i++) {
        items.add(new Item(strings(texts.get(i), kind), numbers(answers.get(i))));
      }
      return new GoldenFile(kind, items);
    } catch (IllegalArgumentException e) {
      throw new DamagedException(
          file + " cannot be read: " + e.getMessage() + ". Fetch or quantise the model again.", e);
    }
  }

  private static List<String> strings(JsonNode texts, ModelPack.Kind kind) {
    List<String> strings = new ArrayList<>();
    if (texts.isTextual()) {
      strings.add(texts.textValue());
    }
    for (JsonNode text : texts) {
      strings.add(text.asText());
    }
    int expected = kind == ModelPack.Kind.EMBEDDER ? 1 : 2;
    if (strings.size() != expected) {
      throw new IllegalArgumentException(
          expected + " texts must belong together, but are " + strings.size());
    }
    return strings;
  }

  private static float[] numbers(JsonNode answer) {
    if (answer.isNumber()) {
      return new float[] {answer.floatValue()};
    }
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(answer.asText()));
    if (bytes.remaining() == 0 || bytes.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "numbers of 4 bytes each are needed, but there are " + bytes.remaining() + " bytes");
    }
    float[] numbers = new float[bytes.remaining() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  /** Writes the file into a model's folder. */
  public void write(Path folder) {
    ObjectNode json = JsonMapper.builder().build().createObjectNode();
    ArrayNode texts = json.putArray(textsField(kind));
    ArrayNode answers = json.putArray(answersField(kind));
    for (Item item : items) {
      if (kind == ModelPack.Kind.EMBEDDER) {
        item.texts().forEach(texts::add);
      } else {
        ArrayNode pair = texts.addArray();
        item.texts().forEach(pair::add);
      }
      if (kind == ModelPack.Kind.CROSS_ENCODER) {
        answers.add(item.answer()[0]);
      } else {
        answers.add(base64(item.answer()));
      }
    }
    Path file = folder.resolve(NAME);
    try {
      Files.writeString(file, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ResourceException("Cannot write " + file + ": " + e, e);
    }
  }

  private static String base64(float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static String textsField(ModelPack.Kind kind) {
    return kind == ModelPack.Kind.EMBEDDER ? "texts" : "pairs";
  }

  private static String answersField(ModelPack.Kind kind) {
    return switch (kind) {
      case EMBEDDER -> "vectors";
      case CROSS_ENCODER -> "scores";
      case READER -> "logits";
    };
  }

  /**
   * Whether a model says what it must of all texts.
   *
   * @param model what it says of the texts of an item
   */
  public boolean agrees(Function<List<String>, float[]> model) {
    return agrees(items.size(), model);
  }

  /** {@link #agrees(Function)} for the {@code count} items with the shortest texts alone. */
  boolean agrees(int count, Function<List<String>, float[]> model) {
    double tolerance = LARGEST_DIFFERENCE * range();
    return items.stream()
        .sorted(Comparator.comparingInt(Item::chars))
        .limit(count)
        .allMatch(item -> agree(item.answer(), model.apply(item.texts()), tolerance));
  }

  private boolean agree(float[] expected, float[] found, double tolerance) {
    if (expected.length != found.length) {
      return false;
    }
    return kind == ModelPack.Kind.CROSS_ENCODER
        ? Math.abs(expected[0] - found[0]) <= tolerance
        : cosine(expected, found) >= LEAST_COSINE;
  }

  /** Of scores; of a single one it is 1. */
  private double range() {
    DoubleSummaryStatistics scores =
        items.stream().mapToDouble(item -> item.answer()[0]).summaryStatistics();
    return items.size() < 2 ? 1 : scores.getMax() - scores.getMin();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresOfA += (double) a[i] * a[i];
      squaresOfB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squaresOfA * squaresOfB);
  }
}
