package dev.sluice.inference.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.error.DamagedException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Fetches one file of a repository. What has come lies in {@code NAME.part} and what it belongs to
 * in {@code NAME.part.json}: checksum and size as the hub lists them, and the entity tag of the
 * host that sent it. A later fetch asks for the rest, on condition that the tag is still the same
 * (RFC 9110, 13.1.5 and 14); in the end the checksum decides.
 */
final class FileFetch {
  private static final int PIECE = 1 << 16;

  /** Who gets this far between two failures gets to the end. */
  private static final long PROGRESS = 1 << 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HubClient client;
  private final HubRepository repository;
  private final HubFile file;
  private final Path target;
  private final Path part;
  private final Path note;
  private final LongConsumer counter;

  /**
   * @param folder where the file will lie under its path
   * @param counter is told of bytes that are there, or, when negative, no more
   */
  FileFetch(
      HubClient client,
      HubRepository repository,
      HubFile file,
      DownloadFolder folder,
      LongConsumer counter) {
    this.client = client;
    this.repository = repository;
    this.file = file;
    this.target = folder.file(file);
    this.part = target.resolveSibling(target.getFileName() + ".part");
    this.note = target.resolveSibling(target.getFileName() + ".part.json");
    this.counter = counter;
  }

  /**
   * Fetches what is not there yet.
   *
   * @return how many bytes came from the hub
   * @throws DamagedException if the content does not fit its checksum; it is removed
   * @throws ResourceException if the hub fails again and again, or the disk is full
   */
  long run() {
    try {
      Files.createDirectories(target.getParent());
      if (isWhole(target)) {
        counter.accept(file.size());
        return 0;
      }
      Files.deleteIfExists(target);
      if (!belongs()) {
        discard();
      }
      counter.accept(length());
      long fetched = complete();
      if (!isWhole(part)) {
        throw damaged();
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      Files.deleteIfExists(note);
      return fetched;
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private ResourceException cannotWrite(IOException e) {
    return new ResourceException(
        "Cannot write %s: %s. Free space there or choose another cache folder with SLUICE_CACHE; then pull again to go on from here."
            .formatted(target, e.getMessage()),
        e);
  }

  private DamagedException damaged() throws IOException {
    Checksum found = checksum(part);
    discard();
    return new DamagedException(
        "%s of %s must have the %s, but what came from %s has %s; it was removed. Pull again; if that does not help, use another hub."
            .formatted(
                file.path(), repository.name(), file.checksum(), repository.hub(), found.digits()));
  }

  private boolean isWhole(Path path) throws IOException {
    return Files.isRegularFile(path)
        && Files.size(path) == file.size()
        && checksum(path).equals(file.checksum());
  }

  private Checksum checksum(Path path) throws IOException {
    MessageDigest digest = file.checksum().begin(file.size());
    byte[] buffer = new byte[PIECE];
    try (InputStream in = Files.newInputStream(path)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return file.checksum().end(digest);
  }

  private long length() throws IOException {
    return Files.exists(part) ? Files.size(part) : 0;
  }

  private void discard() throws IOException {
    Files.deleteIfExists(part);
    Files.deleteIfExists(note);
  }

  private Optional<JsonNode> readNote() {
    try {
      return Optional.of(JSON.readTree(Files.readAllBytes(note)));
    } catch (IOException e) {
      return Optional.empty(); // not there or not whole: then the part belongs to nothing
    }
  }

  private boolean belongs() throws IOException {
    return length() <= file.size()
        && readNote()
            .filter(json -> json.path("checksum").asText().equals(file.checksum().toString()))
            .filter(json -> json.path("size").asLong(-1) == file.size())
            .isPresent();
  }

  private void writeNote(HttpHeaders headers) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("checksum", file.checksum().toString());
    json.put("size", file.size());
    // A weak tag says that two contents mean the same, not that their bytes are the same.
    headers
        .firstValue("ETag")
        .filter(tag -> tag.startsWith("\""))
        .ifPresent(tag -> json.put("etag", tag));
    Files.writeString(note, json.toString());
  }

  private long complete() throws IOException {
    Retries retries = client.retries();
    long fetched = 0;
    long atLastFailure = length();
    if (file.size() == 0) {
      Files.write(part, new byte[0]);
    }
    while (length() < file.size()) {
      long before = length();
      Optional<String> failure;
      try (HubClient.Answer answer = client.get(repository.address(file), range(before), retries)) {
        long from = before;
        if (answer.status() == 416 || (answer.status() == 206 && !continues(answer, before))) {
          startOver(before);
          from = 0;
          failure = Optional.of(repository.hub() + " sent another part than was asked for");
        } else {
          if (answer.status() == 200) {
            startOver(before);
            from = 0;
            writeNote(answer.headers());
          }
          failure = receive(answer.body());
        }
        fetched += length() - from;
      }
      if (failure.isPresent()) {
        if (length() - atLastFailure >= PROGRESS) {
          retries.progressed();
        }
        atLastFailure = length();
        retries.pause(failure.get(), Optional.empty());
      }
    }
    return fetched;
  }

  private void startOver(long had) throws IOException {
    discard();
    counter.accept(-had);
  }

  private Map<String, String> range(long from) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (from > 0) {
      headers.put("Range", "bytes=" + from + "-");
      readNote()
          .map(json -> json.path("etag").textValue())
          .filter(tag -> tag.matches("\"[\\x21\\x23-\\x7e]*\""))
          .ifPresent(tag -> headers.put("If-Range", tag));
    }
    return headers;
  }

  private boolean continues(HubClient.Answer answer, long from) {
    String range = answer.headers().firstValue("Content-Range").orElse("");
    return range.matches("bytes " + from + "-\\d+/(" + file.size() + "|\\*)");
  }

  /** Appends what comes; returns what went wrong on the hub's side, if anything did. */
  private Optional<String> receive(InputStream body) throws IOException {
    long length = length();
    byte[] buffer = new byte[PIECE];
    try (OutputStream out =
        Files.newOutputStream(part, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (length <= file.size()) {
        int count;
        try {
          count = body.read(buffer);
        } catch (IOException e) {
          return Optional.of(
              "%s was cut off after %d of %d bytes: %s"
                  .formatted(file.path(), length, file.size(), HubClient.describe(e)));
        }
        if (count < 0) {
          return length == file.size()
              ? Optional.empty()
              : Optional.of(
                  "%s ended after %d of %d bytes".formatted(file.path(), length, file.size()));
        }
        out.write(buffer, 0, count);
        length += count;
        counter.accept(count);
      }
    }
    discard();
    throw new DamagedException(
        "%s of %s must have %d bytes, but %s sends more; it was removed. Pull again; if that does not help, use another hub."
            .formatted(file.path(), repository.name(), file.size(), repository.hub()));
  }
}
