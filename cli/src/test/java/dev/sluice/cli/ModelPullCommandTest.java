package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.inference.hub.HubName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command alone; fetching and quantising are tested where they are done. */
class ModelPullCommandTest {
  private static final String COMMIT = "c".repeat(40);

  @TempDir private Path folder;

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private HttpServer hub;
  private String address;

  @BeforeEach
  void start() throws IOException {
    hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hub.createContext(
        "/",
        exchange -> {
          String answer = answers.get(exchange.getRequestURI().getPath());
          byte[] bytes = (answer == null ? "" : answer).getBytes(UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    hub.start();
    address = "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    hub.stop(0);
  }

  /** Two small files, with the checksum given for the first. */
  private void serve(String checksum) {
    answers.put("/api/models/owner/tiny", "{\"sha\":\"" + COMMIT + "\"}");
    answers.put(
        "/api/models/owner/tiny/tree/" + COMMIT,
        """
        [{"type":"file","path":"config.json","size":2,"oid":"%s"},
         {"type":"file","path":"tokenizer.json","size":2,"oid":"%s"}]
        """
            .formatted(checksum, checksum));
    answers.put("/owner/tiny/resolve/" + COMMIT + "/config.json", "{}");
    answers.put("/owner/tiny/resolve/" + COMMIT + "/tokenizer.json", "{}");
  }

  private CommandRun pull(Object... more) {
    Object[] all = new Object[more.length + 5];
    System.arraycopy(new Object[] {"model", "pull", "owner/tiny", "--hub", address}, 0, all, 0, 5);
    System.arraycopy(more, 0, all, 5, more.length);
    return CommandRun.of(all);
  }

  @Test
  void aModelThatTheHubDoesNotHaveIsNamed() {
    CommandRun run = pull();
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("There is no model owner/tiny on " + address), run.err());
    assertEquals("", run.out());
  }

  @Test
  void aFileThatDoesNotFitItsChecksumEndsWithTheExitCodeOfDamage() {
    serve("0".repeat(40));
    CommandRun run = pull();
    assertEquals(ExitCode.DAMAGED, run.exitCode());
    assertTrue(run.err().contains("config.json of owner/tiny must have the Git blob"), run.err());
  }

  @Test
  void aModelThatCannotBeQuantisedIsRefused() {
    serve("9e26dfeeb6e641a33dae4961196235bdb965b21b"); // git hash-object of {}
    CommandRun run = pull("--kind", "reader");
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("model_type must be \"bert\""), run.err());
  }

  @Test
  void aPackThatIsThereIsToldAsJson() throws IOException {
    serve("0".repeat(40));
    Path pack = Files.createDirectory(folder.resolve("pack"));
    Files.writeString(
        pack.resolve("source.json"),
        "{\"repository\":\"owner/tiny\",\"commit\":\"" + COMMIT + "\"}");
    Files.writeString(pack.resolve("sluice-model.json"), "{\"kind\":\"embedder\"}");
    JsonNode json = pull("--out", pack, "--json").done().json();
    assertAll(
        () -> assertEquals("owner/tiny", json.path("name").asText()),
        () -> assertEquals(COMMIT, json.path("commit").asText()),
        () -> assertEquals(pack.toString(), json.path("pack").asText()),
        () -> assertTrue(json.path("up_to_date").asBoolean()),
        () -> assertTrue(json.path("quantization").isNull()));
    assertTrue(pull("--out", pack).done().out().contains("is there already"));
  }

  @Test
  void listKnowsPulledModelsByTheirNames() throws IOException {
    CommandRun.of("model", "list").done(); // sets the cache folder
    Path pack = HubName.of("owner/listed@v1").packFolder();
    Files.createDirectories(pack);
    assertTrue(
        CommandRun.of("model", "list", "--json").json().toString().contains("\"owner/listed@v1\""));
    assertTrue(CommandRun.of("model", "list").out().contains("owner/listed@v1"));
    Files.delete(pack);
  }

  @Test
  void aModelThatWasNotPulledYetIsToldHow() {
    CommandRun run = CommandRun.of("model", "info", "owner/absent");
    assertEquals(ExitCode.FAILED, run.exitCode());
    assertTrue(run.err().contains("sluice model pull owner/absent"), run.err());
    assertFalse(CommandRun.of("model", "info", "absent").err().contains("pull"), run.err());
  }
}
