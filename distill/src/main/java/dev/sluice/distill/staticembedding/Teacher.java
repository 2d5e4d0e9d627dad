package dev.sluice.distill.staticembedding;

import dev.sluice.distill.DistillListener;
import dev.sluice.distill.data.TrainingPair;
import dev.sluice.error.DamagedException;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.ModelInputs;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.device.DeviceProfiles;
import dev.sluice.inference.network.Network;
import dev.sluice.inference.network.Output;
import dev.sluice.inference.network.Sequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** What the teacher says of texts and of single tokens. */
final class Teacher {
  private static final int QUERY_CHARS = 400;
  private static final int PASSAGE_CHARS = 600;

  private final ModelPack pack;
  private final Path work;
  private final int threads = Runtime.getRuntime().availableProcessors();

  /**
   * @param work folder that keeps the vectors
   */
  Teacher(String base, Path work) {
    this.pack = ModelPacks.locate(base);
    this.work = work;
  }

  ModelPack pack() {
    return pack;
  }

  /**
   * Vectors of unit length, less their mean: those of queries and passages by turns.
   *
   * @param width numbers of a vector
   * @param values {@code 2 * pairs * width} numbers
   */
  record PairVectors(int width, float[] values) {

    /** Similarities of the queries (rows) and passages (columns) of some pairs. */
    float[] similarities(int[] pairs) {
      float[] similarities = new float[pairs.length * pairs.length];
      float[] columns = Products.transpose(side(pairs, 1), pairs.length, width);
      Products.add(side(pairs, 0), columns, similarities, pairs.length, width, pairs.length);
      return similarities;
    }

    private float[] side(int[] pairs, int side) {
      float[] vectors = new float[pairs.length * width];
      for (int i = 0; i < pairs.length; i++) {
        System.arraycopy(values, (2 * pairs[i] + side) * width, vectors, i * width, width);
      }
      return vectors;
    }
  }

  /** The vectors of the beginnings of queries and passages. */
  PairVectors embed(List<TrainingPair> pairs, DistillListener listener) {
    if (pairs.isEmpty()) {
      return new PairVectors(0, new float[0]);
    }
    List<String> texts = new ArrayList<>(2 * pairs.size());
    for (TrainingPair pair : pairs) {
      texts.add(pack.queryInstruction() + head(pair.query(), QUERY_CHARS));
      texts.add(head(pair.passage(), PASSAGE_CHARS));
    }
    try (Embedder embedder = Embedders.open(pack.folder().toString(), threads)) {
      int width = embedder.dimensions();
      TeacherVectors file = new TeacherVectors(work.resolve(name(texts)), width);
      file.complete(
          texts,
          embedder::embedPassages,
          done -> listener.progress("embedding texts", "texts", done, texts.size(), ""));
      return new PairVectors(width, centered(file.read(texts.size()), width));
    }
  }

  /** Texts of another run have another file. */
  private String name(List<String> texts) {
    CRC32C sum = new CRC32C();
    sum.update(pack.name().getBytes(StandardCharsets.UTF_8));
    texts.forEach(text -> sum.update((text + "\n").getBytes(StandardCharsets.UTF_8)));
    return "teacher-" + HexFormat.of().toHexDigits((int) sum.getValue()) + ".f16";
  }

  private static String head(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = text.indexOf(' ', chars);
    return end < 0 ? text : text.substring(0, end);
  }

  /**
   * What all vectors of a transformer share says nothing, and hides how far likeness of two texts
   * is above that of any two.
   */
  static float[] centered(float[] vectors, int width) {
    int count = vectors.length / width;
    double[] mean = new double[width];
    for (int i = 0; i < vectors.length; i++) {
      mean[i % width] += vectors[i] / (double) count;
    }
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] -= (float) mean[i % width];
    }
    for (int i = 0; i < count; i++) {
      Products.normalize(vectors, i * width, width);
    }
    return vectors;
  }

  /**
   * The vector of each token of the vocabulary as a text of its own, less their mean, of unit
   * length.
   *
   * @param tokens size of the vocabulary
   * @return {@code tokens} rows
   */
  float[] tokens(int tokens, DistillListener listener) {
    Output output = pack.output(ModelPack.Kind.EMBEDDER);
    try (Network network =
            DeviceProfiles.open(pack, output, DeviceProfiles.choose(pack, threads).used());
        ModelInputs inputs = ModelInputs.open(pack.tokenizer(), pack.maxTokens())) {
      Sequence one = inputs.ofTexts(List.of("a")).getFirst();
      Sequence none = inputs.ofTexts(List.of("")).getFirst();
      if (one.ids().length != none.ids().length + 1) {
        throw new DamagedException(
            pack.tokenizer() + ": \"a\" must be one token. Use a base with a tokenizer of words.");
      }
      TeacherVectors file =
          new TeacherVectors(work.resolve("tokens-" + pack.name() + ".f16"), width(network, one));
      file.complete(
          IntStream.range(0, tokens).boxed().toList(),
          ids -> normalized(network.run(ids.stream().map(id -> alone(one, none, id)).toList())),
          done -> listener.progress("embedding the vocabulary", "tokens", done, tokens, ""));
      return centered(file.read(tokens), file.width());
    }
  }

  private static int width(Network network, Sequence any) {
    return network.width().orElseGet(() -> network.run(List.of(any))[0].length);
  }

  /** The input with a token in place of the one that stands between the special ones. */
  private static Sequence alone(Sequence one, Sequence none, int token) {
    int[] ids = one.ids().clone();
    int place = 0;
    while (place < none.ids().length && none.ids()[place] == ids[place]) {
      place++;
    }
    ids[place] = token;
    return new Sequence(ids, one.secondStart(), one.secondType());
  }

  private static float[][] normalized(float[][] vectors) {
    for (float[] vector : vectors) {
      Products.normalize(vector, 0, vector.length);
    }
    return vectors;
  }
}
