package dev.sluice.inference.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model's repository at one commit: {@code /api/models/OWNER/NAME[/revision/REVISION]} says the
 * commit, {@code /api/models/OWNER/NAME/tree/COMMIT?recursive=true} the files, page by page.
 *
 * @param commit that the revision meant when it was asked
 * @param license as the model's card names it, if it does
 * @param files by path
 */
record HubRepository(
    HubName name, URI hub, String commit, Optional<String> license, Map<String, HubFile> files) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40,64}");
  private static final Pattern LICENSE = Pattern.compile("[A-Za-z0-9.+ -]{1,60}");
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;[^,]*rel=\"?next\"?");

  /** The largest answer that is read: far more than 1,000 entries of a page take. */
  private static final int LARGEST = 32 << 20;

  private static final int PAGES = 100;

  /**
   * Asks a hub for a repository.
   *
   * @throws InvalidInputException if there is no such repository or revision, or it is not open to
   *     whoever asks
   * @throws DamagedException if what the hub answers is not understood
   * @throws dev.sluice.error.ResourceException if the hub cannot be reached
   */
  static HubRepository ask(HubClient client, HubName name) {
    URI info =
        URI.create(
            client.hub()
                + "/api/models/"
                + name.repository()
                + name.revision().map(given -> "/revision/" + encoded(given)).orElse(""));
    JsonNode described = json(client, info, headers -> null).value();
    String commit = described.path("sha").asText();
    if (!COMMIT.matcher(commit).matches()) {
      throw new DamagedException(
          "%s does not say which commit %s is (\"sha\"). Is it a hub of models? Check --hub and HF_ENDPOINT."
              .formatted(info, name));
    }
    Optional<String> license =
        Optional.ofNullable(described.path("cardData").path("license").textValue())
            .filter(text -> LICENSE.matcher(text).matches());
    return new HubRepository(name, client.hub(), commit, license, files(client, name, commit));
  }

  private static Map<String, HubFile> files(HubClient client, HubName name, String commit) {
    Map<String, HubFile> files = new TreeMap<>();
    Optional<URI> page =
        Optional.of(
            URI.create(
                "%s/api/models/%s/tree/%s?recursive=true"
                    .formatted(client.hub(), name.repository(), commit)));
    for (int i = 0; i < PAGES && page.isPresent(); i++) {
      URI address = page.get();
      Page<Optional<URI>> read = json(client, address, headers -> next(address, headers));
      read.value().forEach(entry -> add(files, address, entry));
      page = read.further();
    }
    if (page.isPresent()) {
      throw new InvalidInputException(
          "%s has more than %d pages of files, which no model has.".formatted(name, PAGES));
    }
    return files;
  }

  private static void add(Map<String, HubFile> files, URI address, JsonNode entry) {
    if (!entry.path("type").asText().equals("file")) {
      return;
    }
    String path = entry.path("path").asText();
    JsonNode linked = entry.path("lfs");
    Optional<Checksum> checksum =
        Checksum.of((linked.isObject() ? linked : entry).path("oid").asText());
    JsonNode size = linked.has("size") ? linked.path("size") : entry.path("size");
    if (checksum.isEmpty() || !size.canConvertToLong() || size.longValue() < 0) {
      throw new DamagedException(
          "%s lists \"%s\" without a size or checksum. Use another hub."
              .formatted(address, path.replaceAll("\\p{Cntrl}", "?")));
    }
    files.put(path, new HubFile(path, size.longValue(), checksum.get()));
  }

  /** The following page, if there is one: a link in the header (RFC 8288). */
  private static Optional<URI> next(URI from, HttpHeaders headers) {
    return headers.allValues("Link").stream()
        .map(NEXT::matcher)
        .filter(Matcher::find)
        .findFirst()
        .map(found -> nextAddress(from, found.group(1)));
  }

  private static URI nextAddress(URI from, String text) {
    try {
      URI address = from.resolve(text);
      if (address.getHost() != null && HubClient.sameOrigin(address, from)) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      // No address either.
    }
    throw new DamagedException(
        "%s names a next page that is not on the same host. Use another hub.".formatted(from));
  }

  private record Page<T>(JsonNode value, T further) {}

  private static <T> Page<T> json(HubClient client, URI address, Function<HttpHeaders, T> further) {
    Retries retries = client.retries();
    while (true) {
      try (HubClient.Answer answer =
          client.get(address, Map.of("Accept", "application/json"), retries)) {
        byte[] bytes = answer.body().readNBytes(LARGEST);
        return new Page<>(JSON.readTree(bytes), further.apply(answer.headers()));
      } catch (JacksonException e) {
        throw new DamagedException(
            "%s answers with what is not JSON. Is it a hub of models? Check --hub and HF_ENDPOINT."
                .formatted(address),
            e);
      } catch (IOException e) {
        retries.pause(
            client.hub() + " broke its answer off: " + HubClient.describe(e), Optional.empty());
      }
    }
  }

  /**
   * Where a file is fetched from.
   *
   * @param file whose path was found to be plain
   */
  URI address(HubFile file) {
    return URI.create("%s/%s/resolve/%s/%s".formatted(hub, name.repository(), commit, file.path()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
