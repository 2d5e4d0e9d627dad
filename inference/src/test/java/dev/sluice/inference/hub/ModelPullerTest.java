package dev.sluice.inference.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.error.DamagedException;
import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import dev.sluice.error.SluiceException;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Embedders;
import dev.sluice.inference.ModelPack;
import dev.sluice.inference.ModelPacks;
import dev.sluice.inference.fp4.Fp4Format;
import dev.sluice.inference.quantize.QuantizeOptions;
import dev.sluice.inference.quantize.Recipe;
import dev.sluice.inference.quantize.Sha256Sums;
import dev.sluice.inference.quantize.TinyBert;
import dev.sluice.inference.safetensors.SafetensorsFile;
import dev.sluice.inference.safetensors.SafetensorsTensor;
import dev.sluice.inference.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPullerTest {
  private static final HubName NAME = HubName.of("owner/tiny");
  private static final int CUT = 20_000;

  @TempDir private Path folder;

  private final long seed = System.nanoTime();
  private final TestHub hub = new TestHub();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> progress = new ArrayList<>();
  private final CountDownLatch received = new CountDownLatch(CUT);
  private final String cacheBefore = System.getProperty("sluice.cache");
  private TinyBert tiny;
  private Path texts;
  private Optional<String> token = Optional.empty();
  private int retries = 5;
  private boolean force;
  private boolean keepOriginal;
  private Runnable onFetch = () -> {};
  private long weightBytes;

  @BeforeEach
  void fill() throws IOException {
    System.setProperty("sluice.cache", folder.resolve("cache").toString());
    tiny = TinyBert.write(folder.resolve("source"), seed);
    tiny.config("BertModel");
    texts = tiny.texts(60);
    try (Stream<Path> files = Files.list(tiny.folder())) {
      for (Path file : files.toList()) {
        hub.files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    put("LICENSE", "the licence");
    put(
        "modules.json",
        "[{\"type\":\"sentence_transformers.models.Transformer\",\"path\":\"\"},"
            + "{\"type\":\"sentence_transformers.models.Pooling\",\"path\":\"1_Pooling\"},"
            + "{\"type\":\"sentence_transformers.models.Normalize\",\"path\":\"2_Normalize\"}]");
    put(
        "1_Pooling/config.json",
        "{\"pooling_mode_cls_token\":true,\"pooling_mode_mean_tokens\":false}");
    put("pytorch_model.bin", "never fetched");
    weightBytes = hub.files.get("model.safetensors").length;
  }

  @AfterEach
  void close() {
    hub.close();
    if (cacheBefore == null) {
      System.clearProperty("sluice.cache");
    } else {
      System.setProperty("sluice.cache", cacheBefore);
    }
  }

  private void put(String path, String text) {
    hub.files.put(path, text.getBytes(UTF_8));
  }

  private HubOptions hubOptions(URI address) {
    return new HubOptions(
        address,
        token,
        Duration.ofSeconds(10),
        Duration.ofSeconds(20),
        retries,
        Duration.ofSeconds(1),
        false);
  }

  private PullReport pull() {
    return pull(NAME, hubOptions(hub.address()));
  }

  private PullReport pull(HubName name, HubOptions options) {
    QuantizeOptions quantize =
        new QuantizeOptions(
            Fp4Format.NVFP4,
            new Recipe(Recipe.Method.SCALE_SEARCH, 0.05, 0, false, true, 1, 1),
            2000,
            32,
            2,
            force,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            "");
    return ModelPuller.pull(
        name,
        new PullOptions(options, Optional.empty(), Optional.of(texts), keepOriginal, quantize),
        listener(),
        pauses::add);
  }

  private PullListener listener() {
    return new PullListener() {
      @Override
      public void progress(String task, String unit, long done, long total) {
        progress.add(task + " " + done + "/" + total + " " + unit);
        if (task.equals("fetching weights")) {
          onFetch.run();
          while (received.getCount() > Math.max(0, CUT - done)) {
            received.countDown();
          }
        }
      }

      @Override
      public void waiting(String reason, Duration pause) {
        progress.add(reason);
      }
    };
  }

  private <E extends SluiceException> String refused(Class<E> kind) {
    return assertThrows(kind, this::pull).getMessage();
  }

  private Path downloaded(String file) {
    return folder.resolve("cache/downloads/owner--tiny").resolve(file);
  }

  private void cutOnce() {
    hub.cutAfter = CUT;
    hub.cuts.add(received::await);
  }

  @Test
  void aPulledEmbedderIsFoundByItsNameAndEmbeds() {
    PullReport report = pull();
    ModelPack pack = ModelPacks.locate("owner/tiny");
    assertAll(
        () -> assertEquals(report.pack(), pack),
        () -> assertEquals("owner/tiny", pack.name()),
        () -> assertEquals(ModelPack.Pooling.CLS, pack.pooling()),
        () -> assertEquals(Optional.of(ModelPack.Kind.EMBEDDER), pack.kind()),
        () -> assertEquals(40, pack.maxTokens()),
        () -> assertEquals("1".repeat(40), report.commit()),
        () -> assertEquals(Optional.of("mit"), report.license()),
        () -> assertEquals(0, report.keptBytes()),
        () -> assertTrue(report.quantization().orElseThrow().heldOut().meanCosine() > 0.9),
        () ->
            assertTrue(
                Sha256Sums.check(pack.folder())
                    .containsAll(List.of("LICENSE", "source.json", "model.safetensors"))),
        () -> assertFalse(Files.exists(downloaded(""))),
        () -> assertEquals(List.of(), hub.requests("hub", "pytorch_model.bin")));
    try (Embedder embedder = Embedders.open("owner/tiny", 1)) {
      assertEquals(64, embedder.embedPassages(List.of(tiny.text()))[0].length);
    }
  }

  @Test
  void progressIsToldInBytesUpToAllOfThem() {
    pull();
    assertTrue(
        progress.contains("fetching weights %d/%d B".formatted(weightBytes, weightBytes)),
        progress.toString());
  }

  @Test
  void afterACutOnlyTheRestIsFetched() {
    cutOnce();
    PullReport report = pull();
    List<TestHub.Request> asked = hub.requests("other", "model.safetensors");
    assertEquals(2, asked.size());
    assertEquals(Optional.of("bytes=" + CUT + "-"), asked.get(1).range());
    assertEquals(Optional.of("\"v1\""), asked.get(1).ifRange());
    assertEquals(all(), report.fetchedBytes());
    assertEquals(List.of(Duration.ofSeconds(1)), pauses);
  }

  private long all() {
    return hub.files.entrySet().stream()
        .filter(file -> !file.getKey().equals("pytorch_model.bin"))
        .mapToLong(file -> file.getValue().length)
        .sum();
  }

  private void pullThatIsCut() {
    cutOnce();
    retries = 0;
    String message = refused(ResourceException.class);
    assertTrue(message.contains("model.safetensors was cut off after " + CUT), message);
    assertTrue(Files.exists(downloaded("model.safetensors.part")));
  }

  @Test
  void theNextPullGoesOnWhereOneWasCut() {
    pullThatIsCut();
    PullReport report = pull();
    assertEquals(weightBytes - CUT, report.fetchedBytes());
    assertEquals(all() - weightBytes + CUT, report.keptBytes());
  }

  @Test
  void aPartOfAFileThatHasChangedIsNotUsed() throws IOException {
    pullThatIsCut();
    TinyBert.write(tiny.folder(), seed + 1);
    hub.files.put(
        "model.safetensors", Files.readAllBytes(tiny.folder().resolve("model.safetensors")));
    hub.commit = "2".repeat(40);
    assertEquals(weightBytes, pull().fetchedBytes());
    assertEquals(Optional.empty(), hub.requests("other", "model.safetensors").get(1).range());
  }

  @Test
  void aHostWithAnotherEntityTagSendsTheWholeFileAnew() {
    pullThatIsCut();
    hub.version = "v2";
    assertEquals(weightBytes, pull().fetchedBytes());
  }

  @ParameterizedTest
  @CsvSource({"model.safetensors,SHA-256", "LICENSE,Git blob id"})
  void whatDoesNotFitItsChecksumIsRemovedAndNamed(String file, String checksum) {
    byte[] wrong = hub.files.get(file).clone();
    wrong[wrong.length / 2] ^= 1;
    hub.wrongContent.put(file, wrong);
    String message = refused(DamagedException.class);
    assertTrue(message.startsWith(file) && message.contains(checksum), message);
    assertFalse(Files.exists(downloaded(file)));
    assertFalse(Files.exists(downloaded(file + ".part")));
    assertFalse(Files.exists(NAME.packFolder()));
  }

  @Test
  void aFileLongerThanListedIsRemovedAndNamed() {
    hub.wrongContent.put("LICENSE", new byte[5000]);
    assertTrue(refused(DamagedException.class).contains("sends more"));
    assertFalse(Files.exists(downloaded("LICENSE.part")));
  }

  @Test
  void theTokenGoesToTheHubAndToNoOtherHost() {
    token = Optional.of("hf_secret");
    pull();
    assertTrue(
        hub.requests("hub", "").stream()
            .allMatch(each -> each.authorization().equals(Optional.of("Bearer hf_secret"))));
    List<TestHub.Request> elsewhere = hub.requests("other", "");
    assertFalse(elsewhere.isEmpty());
    assertTrue(elsewhere.stream().allMatch(each -> each.authorization().isEmpty()));
  }

  @ParameterizedTest
  @CsvSource({
    "401,,false,or it is private",
    "401,,true,does not accept the token",
    "401,GatedRepo,false,is gated: accept its conditions",
    "403,GatedRepo,true,is gated: accept its conditions",
    "403,,true,may read it",
    "404,RepoNotFound,false,There is no model owner/tiny",
    "404,,false,There is no model owner/tiny",
    "404,RevisionNotFound,false,no branch",
    "418,,false,Is it a hub of models?"
  })
  void eachRefusalSaysWhatToDo(int status, String code, boolean withToken, String expected) {
    token = withToken ? Optional.of("hf_secret") : Optional.empty();
    hub.failures.add(
        new TestHub.Failure(status, code == null ? Map.of() : Map.of("X-Error-Code", code)));
    HubName name = expected.equals("no branch") ? HubName.of("owner/tiny@x") : NAME;
    String message =
        assertThrows(InvalidInputException.class, () -> pull(name, hubOptions(hub.address())))
            .getMessage();
    assertTrue(message.contains(expected), message);
    assertFalse(message.contains("hf_secret"), message);
  }

  @Test
  void aRevisionIsAskedForAndKeptApart() {
    HubName name = HubName.of("owner/tiny@refs/pr/1");
    pull(name, hubOptions(hub.address()));
    assertEquals("owner/tiny@refs/pr/1", ModelPacks.locate("owner/tiny@refs/pr/1").name());
    assertEquals(1, hub.requests("hub", "/revision/refs%2Fpr%2F1").size());
    assertFalse(Files.exists(NAME.packFolder()));
  }

  @Test
  void failuresOfTheHubAreRepeatedWithGrowingPausesOrAsItAsks() {
    hub.failures.add(new TestHub.Failure(503, Map.of()));
    hub.failures.add(new TestHub.Failure(500, Map.of()));
    hub.failures.add(new TestHub.Failure(429, Map.of("Retry-After", "7")));
    hub.failures.add(new TestHub.Failure(429, Map.of("RateLimit", "\"api\";r=0;t=9")));
    pull();
    assertEquals(Stream.of(1, 2, 7, 9).map(Duration::ofSeconds).toList(), pauses);
  }

  @Test
  void aHubThatFailsAgainAndAgainIsGivenUp() {
    for (int i = 0; i < 6; i++) {
      hub.failures.add(new TestHub.Failure(502, Map.of()));
    }
    String message = refused(ResourceException.class);
    assertTrue(message.contains("502") && message.contains("5 repetitions"), message);
  }

  @Test
  void aHubThatWantsTooLongAPauseIsGivenUp() {
    hub.failures.add(new TestHub.Failure(429, Map.of("Retry-After", "3600")));
    assertTrue(refused(ResourceException.class).contains("60 minutes"));
    assertEquals(List.of(), pauses);
  }

  @Test
  void aHubThatCannotBeReachedIsNamedWithWaysOut() throws IOException {
    URI closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    String message =
        assertThrows(ResourceException.class, () -> pull(NAME, hubOptions(closed))).getMessage();
    assertTrue(message.contains("HF_ENDPOINT") && message.contains("model quantize"), message);
  }

  @Test
  void aHubThatFallsSilentIsAskedAgain() {
    CountDownLatch never = new CountDownLatch(1);
    hub.cutAfter = CUT;
    hub.cuts.add(never::await);
    HubOptions patient = hubOptions(hub.address());
    HubOptions options =
        new HubOptions(
            patient.hub(),
            patient.token(),
            patient.connect(),
            Duration.ofMillis(500),
            5,
            patient.pause(),
            false);
    pull(NAME, options);
    assertEquals(2, hub.requests("other", "model.safetensors").size());
    assertTrue(progress.toString().contains("nothing came for 0.5 s"), progress.toString());
  }

  @Test
  void namesThatLeadOutOfTheFolderAreNotFetched() throws IOException {
    put("../../evil", "evil");
    put("LICENSE/../../../evil", "evil");
    put("LICENSE..", "evil");
    pull();
    assertEquals(List.of(), hub.requests("hub", "evil"));
    try (Stream<Path> all = Files.walk(folder)) {
      assertFalse(all.anyMatch(path -> path.toString().contains("evil")));
    }
  }

  @Test
  void filesWithPartsOfTheWeightsAreJoined() throws IOException {
    split("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");
    PullReport report = pull();
    assertTrue(report.quantization().orElseThrow().heldOut().meanCosine() > 0.9);
  }

  private void split(String first, String second) throws IOException {
    Path whole = tiny.folder().resolve("model.safetensors");
    List<String> map = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(whole)) {
      List<SafetensorsWriter> writers =
          Stream.of("a", "b").map(name -> new SafetensorsWriter(folder.resolve(name))).toList();
      int i = 0;
      for (String name : file.names()) {
        SafetensorsTensor tensor = file.tensor(name);
        int half = i++ % 2;
        writers.get(half).add(name, tensor.type(), tensor.shape(), tensor.data());
        map.add("\"" + name + "\":\"" + (half == 0 ? first : second) + "\"");
      }
      writers.forEach(SafetensorsWriter::write);
    }
    hub.files.remove("model.safetensors");
    hub.files.put(first, Files.readAllBytes(folder.resolve("a")));
    hub.files.put(second, Files.readAllBytes(folder.resolve("b")));
    put("model.safetensors.index.json", "{\"weight_map\":{" + String.join(",", map) + "}}");
  }

  @Test
  void aPartOfTheWeightsThatLiesElsewhereIsRefused() throws IOException {
    split("model-00001-of-00002.safetensors", "../outside.safetensors");
    assertTrue(refused(InvalidInputException.class).contains("../outside.safetensors"));
  }

  @Test
  void weightsThatCannotBeReadAreNamedWithAWayOut() {
    hub.files.remove("model.safetensors");
    String message = refused(InvalidInputException.class);
    assertTrue(message.contains("only pytorch_model.bin"), message);
    assertTrue(message.contains("owner/tiny@refs/pr/"), message);
  }

  @Test
  void withoutSafetensorsTheOnnxFileIsChosen() {
    hub.files.remove("model.safetensors");
    hub.files.put("onnx/model.onnx", new byte[5000]);
    // Zeros are no model, which is found when it is read.
    assertThrows(SluiceException.class, this::pull);
    assertEquals(1, hub.requests("other", "onnx/model.onnx").size());
    assertTrue(Files.exists(downloaded("onnx/model.onnx")));
  }

  @Test
  void aModelOfAnotherFamilyIsRefusedBeforeItsWeightsAreFetched() {
    put("config.json", "{\"model_type\":\"roberta\",\"architectures\":[\"RobertaModel\"]}");
    assertTrue(refused(InvalidInputException.class).contains("roberta"));
    assertEquals(List.of(), hub.requests("hub", "model.safetensors"));
  }

  @Test
  void aSecondPullOfTheSameModelIsRefusedWhileOneRuns() {
    List<String> messages = new ArrayList<>();
    onFetch =
        () -> {
          if (messages.isEmpty()) {
            messages.add(refused(ResourceException.class));
          }
        };
    pull();
    assertTrue(messages.getFirst().contains("being pulled"), messages.toString());
  }

  @Test
  void aModelThatDoesNotFitOnTheDiskIsNotBegun() {
    hub.wrongSize.put("model.safetensors", 1L << 60);
    assertTrue(refused(ResourceException.class).contains("has room for"));
    assertEquals(List.of(), hub.requests("hub", "resolve/" + hub.commit + "/model.safetensors"));
  }

  @Test
  void aFileListOfSeveralPagesIsReadWhole() {
    hub.filesOfPage = 2;
    pull();
    assertEquals(4, hub.requests("hub", "/tree/").size());
  }

  @Test
  void aPackOfTheSameCommitIsLeftAsItIs() {
    pull();
    int before = hub.requests.size();
    PullReport report = pull();
    assertEquals(Optional.empty(), report.quantization());
    assertEquals(before + 2, hub.requests.size());
  }

  @Test
  void aPackOfAnotherCommitIsReplacedOnlyOnDemand() {
    pull();
    hub.commit = "2".repeat(40);
    String message = refused(InvalidInputException.class);
    assertTrue(message.contains("--force") && message.contains("1".repeat(40)), message);
    force = true;
    assertEquals("2".repeat(40), pull().commit());
  }

  @Test
  void theOriginalIsKeptOnDemand() throws IOException {
    keepOriginal = true;
    Path original = pull().original().orElseThrow();
    assertEquals(
        TestHub.sha256(hub.files.get("model.safetensors")),
        TestHub.sha256(Files.readAllBytes(original.resolve("model.safetensors"))));
  }
}
