package dev.sluice.inference.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.quantize.QuantizeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a fetched model is for and how it is used, as the files of the transformers and
 * sentence-transformers libraries say: {@code architectures} of {@code config.json}, {@code
 * modules.json} with the folders it names, {@code sentence_bert_config.json} and {@code
 * config_sentence_transformers.json}.
 */
final class SourceModel {
  private static final int DEFAULT_TOKENS = 512;
  private static final int LEAST_TOKENS = 8;

  private final HubName name;
  private final Path folder;
  private final QuantizeOptions options;
  private final JsonNode config;
  private final List<String> notes = new ArrayList<>();

  private SourceModel(HubName name, Path folder, QuantizeOptions options) {
    this.name = name;
    this.folder = folder;
    this.options = options;
    this.config = read(ModelFiles.CONFIG);
  }

  /**
   * The model.
   *
   * @param pack what a pack of it says; its files may be still to come
   * @param notes what whoever uses it should know
   */
  record Described(ModelPack pack, List<String> notes) {}

  /**
   * Reads the small files of a folder.
   *
   * @throws InvalidInputException if a pack could not do what the model does
   * @throws DamagedException if a file is not JSON
   */
  static Described describe(HubName name, Path folder, QuantizeOptions options) {
    SourceModel model = new SourceModel(name, folder, options);
    ModelPack pack = model.pack();
    return new Described(pack, List.copyOf(model.notes));
  }

  private ModelPack pack() {
    if (config.has("quantization_config")) {
      throw new InvalidInputException(
          "The weights of %s are quantised already. Pull the model that they were made of."
              .formatted(name));
    }
    ModelPack.Kind kind = options.kind().orElseGet(this::kind);
    ModelPack.Pooling pooling = ModelPack.Pooling.MEAN;
    String instruction = "";
    if (kind == ModelPack.Kind.EMBEDDER) {
      pooling = pooling();
      instruction = options.queryInstruction().orElseGet(this::instruction);
    }
    return new ModelPack(
        options.name().orElse(name.toString()),
        folder,
        ModelPack.Format.FP4,
        Optional.of(kind),
        pooling,
        instruction,
        maxTokens());
  }

  private ModelPack.Kind kind() {
    String architecture = config.path("architectures").path(0).asText();
    if (architecture.endsWith("ForSequenceClassification")) {
      requireScore();
      return ModelPack.Kind.CROSS_ENCODER;
    }
    if (architecture.endsWith("ForQuestionAnswering")) {
      return ModelPack.Kind.READER;
    }
    return ModelPack.Kind.EMBEDDER;
  }

  /** A classifier with more labels than relevant and not says something else than relevance. */
  private void requireScore() {
    int labels = Math.max(config.path("id2label").size(), config.path("num_labels").asInt());
    if (labels > 2) {
      throw new InvalidInputException(
          "%s tells %d labels apart, but a cross-encoder gives one score, or two for irrelevant and relevant. Pull a model that ranks passages."
              .formatted(name, labels));
    }
  }

  private ModelPack.Pooling pooling() {
    JsonNode modules = read(ModelFiles.MODULES);
    String path = "1_Pooling";
    boolean normalised = modules.isMissingNode();
    for (JsonNode module : modules) {
      String type = module.path("type").asText();
      String last = type.substring(type.lastIndexOf('.') + 1);
      switch (last) {
        case "Transformer" -> {}
        case "Normalize" -> normalised = true;
        case "Pooling" -> path = module.path("path").asText();
        default ->
            throw new InvalidInputException(
                "%s has a module %s after its encoder, which a pack cannot have. Pull another model."
                    .formatted(name, last.replaceAll("\\p{Cntrl}", "?")));
      }
    }
    if (!normalised) {
      notes.add("The model compares vectors by their lengths, too; those of the pack all have 1.");
    }
    String file = path + "/config.json";
    return options
        .pooling()
        .orElseGet(
            () -> pooling(DownloadFolder.isPlain(file) ? read(file) : MissingNode.getInstance()));
  }

  /** The modes are flags, in later versions of the library one word. */
  private ModelPack.Pooling pooling(JsonNode json) {
    if (json.isMissingNode()) {
      notes.add("The repository does not say how tokens are pooled; mean is used (see --pooling).");
      return ModelPack.Pooling.MEAN;
    }
    List<String> modes = new ArrayList<>();
    json.properties()
        .forEach(
            field -> {
              if (field.getKey().startsWith("pooling_mode_") && field.getValue().asBoolean()) {
                modes.add(field.getKey().substring("pooling_mode_".length()));
              } else if (field.getKey().equals("pooling_mode") && field.getValue().isTextual()) {
                modes.add(field.getValue().textValue());
              }
            });
    return switch (modes.size() == 1 ? modes.getFirst() : "") {
      case "cls_token", "cls" -> ModelPack.Pooling.CLS;
      case "mean_tokens", "mean" -> ModelPack.Pooling.MEAN;
      default ->
          throw new InvalidInputException(
              "%s pools tokens by %s, but only by cls or by mean can a pack. Pull another model, or force one with --pooling."
                  .formatted(name, modes));
    };
  }

  private String instruction() {
    JsonNode prompts = read(ModelFiles.PROMPTS).path("prompts");
    for (String passage : List.of("document", "passage", "corpus")) {
      String wanted = prompts.path(passage).asText();
      if (!wanted.isEmpty()) {
        notes.add(
            "The model wants \"%s\" before each passage, which a pack does not put there."
                .formatted(wanted));
      }
    }
    String query = prompts.path("query").asText();
    if (query.isEmpty()) {
      notes.add(
          "The repository names no instruction for queries; if the model's card asks for one, give"
              + " it with --instruction.");
    }
    return query;
  }

  private int maxTokens() {
    int positions = config.path("max_position_embeddings").asInt(DEFAULT_TOKENS);
    int wanted = read(ModelFiles.SENTENCES).path("max_seq_length").asInt(positions);
    return Math.max(LEAST_TOKENS, Math.min(wanted, positions));
  }

  private JsonNode read(String file) {
    return json(folder.resolve(file)).orElse(MissingNode.getInstance());
  }

  /** What a file holds, if it is there. */
  static Optional<JsonNode> json(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonMapper.builder().build().readTree(Files.readAllBytes(file)));
    } catch (JacksonException e) {
      throw new DamagedException(
          file + " is not JSON: " + e.getOriginalMessage() + ". Pull another revision.", e);
    } catch (IOException e) {
      throw new ResourceException("Cannot read " + file + ": " + e, e);
    }
  }
}
