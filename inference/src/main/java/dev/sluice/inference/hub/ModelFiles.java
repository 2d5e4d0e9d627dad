package dev.sluice.inference.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Chooses the files of a repository that a model is made of; all others stay where they are. */
final class ModelFiles {
  static final String CONFIG = "config.json";
  static final String TOKENIZER = "tokenizer.json";
  static final String MODULES = "modules.json";
  static final String SENTENCES = "sentence_bert_config.json";
  static final String PROMPTS = "config_sentence_transformers.json";
  static final String WEIGHTS = "model.safetensors";
  static final String SHARDS = "model.safetensors.index.json";

  private static final Set<String> DESCRIPTIONS =
      Set.of(CONFIG, TOKENIZER, MODULES, SENTENCES, PROMPTS);

  /** The modules of the sentence-transformers library, such as {@code 1_Pooling}. */
  private static final Pattern MODULE = Pattern.compile("\\d{1,2}_[A-Za-z]{1,40}/config\\.json");

  private static final Pattern NOTICE =
      Pattern.compile("(?i)(?:LICEN[SC]E|NOTICE)[A-Za-z0-9._-]{0,40}");
  private static final Pattern SHARD =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*\\.safetensors");

  private final HubRepository repository;
  private final Map<String, HubFile> files;

  ModelFiles(HubRepository repository) {
    this.repository = repository;
    this.files = repository.files();
  }

  /**
   * The small files that say what the model is.
   *
   * @throws InvalidInputException if one is missing without which there is no model
   */
  List<HubFile> descriptions() {
    if (!files.containsKey(CONFIG)) {
      throw new InvalidInputException(
          "%s has no %s, so it is no model of the transformers library. Pull another one."
              .formatted(repository.name(), CONFIG));
    }
    if (!files.containsKey(TOKENIZER)) {
      throw new InvalidInputException(
          "%s has no %s, which the tokenizer is read from. Save it with transformers' AutoTokenizer.from_pretrained(\"%s\").save_pretrained(FOLDER), put the weights there and quantise that: sluice model quantize FOLDER."
              .formatted(repository.name(), TOKENIZER, repository.name().repository()));
    }
    List<HubFile> chosen = new ArrayList<>();
    files.forEach(
        (path, file) -> {
          boolean index = path.equals(SHARDS) && !files.containsKey(WEIGHTS);
          if (index
              || DESCRIPTIONS.contains(path)
              || MODULE.matcher(path).matches()
              || (NOTICE.matcher(path).matches() && DownloadFolder.isPlain(path))) {
            chosen.add(file);
          }
        });
    return chosen;
  }

  /**
   * The files with the weights: one safetensors file, or several, or an ONNX file.
   *
   * @param index what {@link #SHARDS} holds, if it was fetched
   * @throws InvalidInputException if there are none that can be read
   */
  List<HubFile> weights(Optional<JsonNode> index) {
    if (files.containsKey(WEIGHTS)) {
      return List.of(files.get(WEIGHTS));
    }
    if (index.isPresent()) {
      return shards(index.get());
    }
    for (String onnx : List.of("onnx/model.onnx", "model.onnx")) {
      if (files.containsKey(onnx)) {
        return List.of(files.get(onnx));
      }
    }
    throw new InvalidInputException(
        "%s has no weights that can be read: no %s and no onnx/model.onnx%s. Often a pull request of the repository has them (%s/%s/discussions): pull %s@refs/pr/NUMBER."
            .formatted(
                repository.name(),
                WEIGHTS,
                files.containsKey("pytorch_model.bin")
                    ? ", only pytorch_model.bin, which can run programs when it is read"
                    : "",
                repository.hub(),
                repository.name().repository(),
                repository.name().repository()));
  }

  private List<HubFile> shards(JsonNode index) {
    Set<String> names = new TreeSet<>();
    index.path("weight_map").forEach(name -> names.add(name.asText()));
    if (names.isEmpty()) {
      throw new InvalidInputException(
          "%s of %s names no files (\"weight_map\"). Pull another revision."
              .formatted(SHARDS, repository.name()));
    }
    List<HubFile> shards = new ArrayList<>();
    for (String name : names) {
      if (!SHARD.matcher(name).matches() || !files.containsKey(name)) {
        throw new InvalidInputException(
            "%s of %s names a file \"%s\", which the repository does not have. Pull another revision."
                .formatted(SHARDS, repository.name(), name.replaceAll("\\p{Cntrl}", "?")));
      }
      shards.add(files.get(name));
    }
    return shards;
  }
}
