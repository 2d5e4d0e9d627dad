package dev.sluice.inference.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code source.json} of a pulled pack: where the model came from. {@code hub}, {@code repository},
 * {@code revision} (missing for the default branch), {@code commit}, {@code license} (as the
 * model's card names it, or missing) and {@code files}, an object with {@code size} in bytes and
 * {@code checksum} of each file that was fetched.
 */
final class PackSource {
  /** The name of the file. */
  static final String NAME = "source.json";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private PackSource() {}

  static void write(Path folder, HubRepository repository, List<HubFile> files) {
    ObjectNode json = JSON.createObjectNode();
    json.put("hub", repository.hub().toString());
    json.put("repository", repository.name().repository());
    repository.name().revision().ifPresent(revision -> json.put("revision", revision));
    json.put("commit", repository.commit());
    repository.license().ifPresent(license -> json.put("license", license));
    ObjectNode fetched = json.putObject("files");
    for (HubFile file : files) {
      fetched
          .putObject(file.path())
          .put("size", file.size())
          .put("checksum", file.checksum().toString());
    }
    Path target = folder.resolve(NAME);
    try {
      Files.writeString(target, json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new ResourceException("Cannot write " + target + ": " + e, e);
    }
  }

  /** The commit that a pack was made of, if it was pulled from this repository. */
  static Optional<String> commit(Path pack, HubName name) {
    Path file = pack.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      return Optional.ofNullable(json.path("commit").textValue())
          .filter(commit -> json.path("repository").asText().equals(name.repository()));
    } catch (IOException e) {
      return Optional.empty(); // whatever it is, it was not pulled whole
    }
  }
}
