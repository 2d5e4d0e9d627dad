package dev.sluice.inference.quantize;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.GoldenFile;
import dev.sluice.inference.ModelInputs;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPackFile;
import dev.sluice.inference.kernel.EncoderShape;
import dev.sluice.inference.network.Sequence;
import dev.sluice.inference.weights.ModelWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Makes a model pack with FP4 weights from a BERT model with fp32 or fp16 weights: embedder,
 * cross-encoder or reader. The linear layers of the encoder and the word embeddings become FP4;
 * biases, normalisations, the other embeddings and heads stay.
 *
 * <p>Needs the module {@code jdk.incubator.vector}. The same source, texts and options give the
 * same bytes.
 */
public final class ModelQuantizer {
  private static final String WORDS = "embeddings.word_embeddings";
  private static final int BATCH_TOKENS = 512;

  private final QuantizeOptions options;
  private final QuantizeListener listener;
  private final Workers workers;
  private final ModelPack pack;
  private final ModelPack.Kind kind;
  private final ModelWeights weights;
  private final ConfigJson config;
  private final EncoderShape shape;
  private final Answers answers;

  private ModelQuantizer(
      Path source, QuantizeOptions options, QuantizeListener listener, Workers workers) {
    this.options = options;
    this.listener = listener;
    this.workers = workers;
    ModelPack described = ModelPackFile.read(source);
    this.kind = options.kind().or(described::kind).orElse(ModelPack.Kind.EMBEDDER);
    this.weights = ModelWeights.open(source);
    this.config = ConfigJson.of(source, weights, options.heads());
    this.shape = config.shape(options.format());
    this.pack = pack(described);
    this.answers = Answers.of(pack, kind, shape.hidden(), weights);
  }

  private ModelPack pack(ModelPack source) {
    return new ModelPack(
        options.name().orElse(source.name()),
        source.folder(),
        ModelPack.Format.FP4,
        Optional.of(kind),
        options.pooling().orElse(source.pooling()),
        options.queryInstruction().orElse(source.queryInstruction()),
        Math.min(source.maxTokens(), shape.positions()));
  }

  /**
   * Makes a pack.
   *
   * @param source a folder with {@code tokenizer.json}, {@code model.safetensors} or {@code
   *     model.onnx}, and possibly {@code config.json} and {@code sluice-model.json}
   * @param calibration texts like those that the model will read: a file with a text a line, JSON
   *     lines ({@code .jsonl} or {@code .jsonl.gz}) with {@code text}, {@code passage}, {@code
   *     query} or {@code question}, or a folder of such files; cross-encoders and readers need
   *     lines with both a query and a passage. The last tenth of what is used is held out
   * @param target the pack's folder, which appears when all of it is written
   * @throws InvalidInputException if the source is no such model, there are too few texts, or the
   *     target is there and may not be replaced
   * @throws dev.sluice.error.DamagedException if a file of the source is damaged
   * @throws dev.sluice.error.ResourceException if files cannot be read or written
   * @throws java.util.concurrent.CancellationException if the thread is interrupted; nothing is
   *     left behind
   */
  public static QuantizationReport quantize(
      Path source,
      Path calibration,
      Path target,
      QuantizeOptions options,
      QuantizeListener listener) {
    requireVectorApi();
    if (!Files.isDirectory(source)) {
      throw new InvalidInputException(
          "There is no folder "
              + source
              + ". Give a folder with tokenizer.json and model.safetensors or model.onnx.");
    }
    QuantizedPack.checkTarget(target, options.overwrite());
    try (Workers workers = new Workers(options.threads())) {
      listener.progress("reading", "files", 0, 2);
      return new ModelQuantizer(source, options, listener, workers)
          .run(source, calibration, target);
    }
  }

  /**
   * Looks whether a folder's {@code config.json} is of a model that can be quantised, before its
   * weights are there.
   *
   * @throws InvalidInputException if it is not
   */
  public static void checkConfig(Path source, QuantizeOptions options) {
    ConfigJson.read(source).shape(options.format());
  }

  /**
   * Looks whether this Java can quantise.
   *
   * @throws InvalidInputException if it was started without the Vector API
   */
  public static void requireVectorApi() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      throw new InvalidInputException(
          "Quantising needs the Vector API: start Java with --add-modules jdk.incubator.vector.");
    }
  }

  private QuantizationReport run(Path source, Path calibration, Path target) {
    listener.progress("reading", "files", 1, 2);
    Calibration texts;
    try (ModelInputs inputs = inputs(Math.min(options.longestText(), pack.maxTokens()))) {
      texts = Calibration.read(calibration, pack, kind, inputs, options.maxTokens());
    }
    BertTensors bert = BertLoader.load(shape, weights);
    RoundedMatrix words = roundWords(bert.words());
    List<Rounded> linears = new ArrayList<>();
    BertTensors rounded = roundLinears(bert, words, texts.fit(), linears);
    Fidelity fidelity = compare(bert, rounded, texts.heldOut());
    List<TensorReport> tensors = new ArrayList<>();
    tensors.add(wordsReport(bert.words(), words));
    linears.forEach(each -> tensors.add(each.report()));

    try (QuantizedPack out = QuantizedPack.begin(target, options.overwrite())) {
      long bytes = out.weights(weights, words, linears);
      out.copyFrom(source);
      out.config(config.quantized(options.format(), heads()));
      out.description(pack);
      out.golden(golden(rounded));
      QuantizationReport report =
          new QuantizationReport(
              options.format(),
              options.recipe(),
              weights.file().getFileName().toString(),
              Sha256Sums.of(weights.file()),
              calibration.getFileName().toString(),
              texts.fit().size(),
              Calibration.tokens(texts.fit()),
              fidelity,
              bytes,
              size(weights.file()),
              tensors);
      out.report(report);
      out.card(pack, report, options.command());
      out.publish();
      return report;
    }
  }

  private RoundedMatrix roundWords(float[] words) {
    ScaleGrid grid = ScaleGrid.of(options.format(), ScaleSearch.largest(words, 0, words.length));
    return options.recipe().method() == Recipe.Method.PLAIN
        ? ScaleSearch.plain(words, shape.vocabulary(), shape.hidden(), grid)
        : ScaleSearch.round(words, shape.vocabulary(), shape.hidden(), grid, workers);
  }

  private TensorReport wordsReport(float[] words, RoundedMatrix rounded) {
    ScaleGrid grid = rounded.grid();
    float[] plain = ScaleSearch.plain(words, shape.vocabulary(), shape.hidden(), grid).values();
    double error = RelativeError.ofValues(words, rounded.values());
    return new TensorReport(
        WORDS,
        shape.vocabulary(),
        shape.hidden(),
        error,
        error,
        RelativeError.ofValues(words, plain),
        RelativeError.outlier(words));
  }

  private BertTensors roundLinears(
      BertTensors bert, RoundedMatrix words, List<Sequence> fit, List<Rounded> linears) {
    long total = 6L * shape.layers();
    listener.progress("rounding", "tensors", 0, total);
    Recipe recipe =
        answers.firstTokenOnly() ? options.recipe() : options.recipe().withEqualTokens();
    return new NetworkRounding(
            recipe,
            options.format(),
            bert,
            words.values(),
            TokenBatch.of(fit, BATCH_TOKENS),
            workers,
            each -> {
              linears.add(each);
              listener.progress("rounding", "tensors", linears.size(), total);
            })
        .run();
  }

  private Fidelity compare(BertTensors bert, BertTensors rounded, List<Sequence> heldOut) {
    int[] done = {0};
    Runnable layerDone =
        () -> listener.progress("comparing", "layers", ++done[0], 2L * shape.layers());
    List<float[]> exact = answers(new FloatEncoder(bert, false), heldOut, layerDone);
    return Fidelity.of(exact, answers(new FloatEncoder(rounded, true), heldOut, layerDone));
  }

  private List<float[]> answers(
      FloatEncoder encoder, List<Sequence> sequences, Runnable layerDone) {
    List<TokenBatch> batches = TokenBatch.of(sequences, BATCH_TOKENS);
    List<float[]> x = encoder.forward(batches, workers, layerDone);
    List<float[]> all = new ArrayList<>();
    for (int b = 0; b < batches.size(); b++) {
      int[] offsets = batches.get(b).offsets();
      for (int s = 0; s < batches.get(b).sequences(); s++) {
        Sequence sequence = sequences.get(all.size());
        float[] own =
            Arrays.copyOfRange(
                x.get(b), offsets[s] * shape.hidden(), offsets[s + 1] * shape.hidden());
        all.add(
            answers.of(own, sequence.secondStart(), sequence.length() - sequence.secondStart()));
      }
    }
    return all;
  }

  /**
   * What the network with FP4 weights says, computed apart from the kernels that will be checked.
   */
  private GoldenFile golden(BertTensors rounded) {
    try (ModelInputs inputs = inputs(pack.maxTokens())) {
      FloatEncoder encoder = new FloatEncoder(rounded, true);
      return new GoldenFile(
          kind,
          GoldenTexts.of(kind).stream()
              .map(texts -> new GoldenFile.Item(texts, answer(encoder, texts, inputs)))
              .toList());
    }
  }

  private float[] answer(FloatEncoder encoder, List<String> texts, ModelInputs inputs) {
    ModelInputs.Pair input =
        texts.size() == 1
            ? new ModelInputs.Pair(inputs.ofTexts(texts).getFirst(), 0)
            : inputs.ofPair(texts.get(0), texts.get(1));
    List<TokenBatch> batch = TokenBatch.of(List.of(input.sequence()), BATCH_TOKENS);
    float[] x = encoder.forward(batch, workers, () -> {}).getFirst();
    return answers.of(x, input.sequence().secondStart(), input.passageTokens());
  }

  private ModelInputs inputs(int maxTokens) {
    return ModelInputs.open(pack.tokenizer(), maxTokens);
  }

  private List<String> heads() {
    return List.of("pooler.dense", "classifier", "qa_outputs").stream()
        .filter(name -> weights.contains(name + ".weight"))
        .toList();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
