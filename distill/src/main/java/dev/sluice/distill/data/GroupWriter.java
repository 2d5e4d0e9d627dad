package dev.sluice.distill.data;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.distill.data.Group.Passage;
import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the groups of a run in such a way that a run that was killed goes on where it was, and the
 * file is the same as that of a run that was not.
 *
 * <p>Groups go in blocks, each a gzip member, to {@code FILE.part}; {@code FILE.state} says how
 * many of them and of the bytes are safe, and names the run. {@link #finish} moves the part to
 * FILE; the state stays beside it.
 */
public final class GroupWriter implements Closeable {
  /** How many groups are written at once. */
  public static final int BLOCK = 200;

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final String run;
  private final Optional<FileChannel> part;
  private final ByteArrayOutputStream block = new ByteArrayOutputStream();
  private int inBlock;
  private State state;

  /** What is safe. */
  private record State(String run, long groups, long bytes, boolean finished) {}

  private GroupWriter(Path file, String run, State state, Optional<FileChannel> part) {
    this.file = file;
    this.run = run;
    this.state = state;
    this.part = part;
  }

  /**
   * Opens a file for the groups of a run: anew, or where the same run was cut off.
   *
   * @param run tells runs apart whose groups differ
   * @throws InvalidInputException when the file holds the groups of another run
   */
  public static GroupWriter open(Path file, String run) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Optional<State> found = readState(file);
    boolean other = found.isEmpty() ? Files.exists(file) : !found.get().run().equals(run);
    if (other) {
      throw new InvalidInputException(
          file
              + ": the file was made with other options, files or passages; choose another name, or"
              + " remove it and "
              + state(file).getFileName());
    }
    State state = found.orElse(new State(run, 0, 0, false));
    if (state.finished()) {
      complete(file);
      return new GroupWriter(file, run, state, Optional.empty());
    }
    FileChannel part =
        FileChannel.open(part(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (part.size() < state.bytes()) {
      part.close();
      throw new DamagedException(
          part(file)
              + ": expected at least "
              + state.bytes()
              + " bytes, found "
              + Files.size(part(file))
              + "; remove it and "
              + state(file).getFileName());
    }
    part.truncate(state.bytes());
    part.position(state.bytes());
    return new GroupWriter(file, run, state, Optional.of(part));
  }

  /** How many groups are safe; a run that goes on starts behind them. */
  public long written() {
    return state.groups();
  }

  /** Whether the file is complete. */
  public boolean isFinished() {
    return state.finished();
  }

  /** Adds a group; it is safe once its block is full. */
  public void write(Group group) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(block)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(group, json);
    }
    block.write('\n');
    if (++inBlock == BLOCK) {
      flush();
    }
  }

  private static void write(Group group, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", group.id());
    json.writeStringField("source", group.source());
    json.writeStringField("query", group.query());
    json.writeArrayFieldStart("passages");
    for (Passage passage : group.passages()) {
      json.writeStartObject();
      json.writeStringField("id", passage.id());
      if (!passage.text().isEmpty()) {
        json.writeStringField("text", passage.text());
      }
      json.writeNumberField("relevance", passage.relevance());
      json.writeNumberField("lexical", passage.lexical());
      json.writeNumberField("similarity", passage.similarity());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void flush() throws IOException {
    FileChannel channel =
        part.orElseThrow(() -> new IllegalStateException(file + ": the file is complete"));
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      block.writeTo(gzip);
    }
    ByteBuffer bytes = ByteBuffer.wrap(member.toByteArray());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
    save(new State(run, state.groups() + inBlock, state.bytes() + member.size(), false));
    block.reset();
    inBlock = 0;
  }

  /** Completes the file. */
  public void finish() throws IOException {
    if (inBlock > 0 || state.groups() == 0) {
      flush();
    }
    save(new State(run, state.groups(), state.bytes(), true));
    complete(file);
  }

  private static void complete(Path file) throws IOException {
    if (Files.exists(part(file))) {
      Files.move(part(file), file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void save(State next) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".state.new");
    Files.write(
        fresh,
        MAPPER.writeValueAsBytes(
            Map.of(
                "run", next.run(),
                "groups", next.groups(),
                "bytes", next.bytes(),
                "finished", next.finished())));
    Files.move(
        fresh, state(file), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    state = next;
  }

  private static Optional<State> readState(Path file) throws IOException {
    if (!Files.exists(state(file))) {
      return Optional.empty();
    }
    try {
      JsonNode json = MAPPER.readTree(state(file).toFile());
      return Optional.of(
          new State(
              json.path("run").asText(),
              json.path("groups").asLong(),
              json.path("bytes").asLong(),
              json.path("finished").asBoolean()));
    } catch (JacksonException e) {
      throw new DamagedException(
          state(file)
              + ": expected the state of a run, found something else; remove it and "
              + file.getFileName()
              + ".part",
          e);
    }
  }

  private static Path part(Path file) {
    return file.resolveSibling(file.getFileName() + ".part");
  }

  private static Path state(Path file) {
    return file.resolveSibling(file.getFileName() + ".state");
  }

  /** Drops groups of a block that is not full; the run makes them again when it goes on. */
  @Override
  public void close() throws IOException {
    if (part.isPresent()) {
      part.get().close();
    }
  }
}
