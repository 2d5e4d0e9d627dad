package dev.sluice.inference.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A hub on this machine with one repository, {@code owner/tiny}. It answers as huggingface_hub's
 * sources say that the hub does: small files by itself, large ones by a redirection to another
 * host.
 */
final class TestHub implements AutoCloseable {
  /** A request as it came in. */
  record Request(
      String host,
      String path,
      Optional<String> range,
      Optional<String> ifRange,
      Optional<String> authorization) {}

  /** What a request gets in place of its answer. */
  record Failure(int status, Map<String, String> headers) {}

  /** What is done when a file of the other host has been sent so far. */
  interface Cut {
    void await() throws InterruptedException;
  }

  final Map<String, byte[]> files = new TreeMap<>();
  final Map<String, byte[]> wrongContent = new HashMap<>();
  final Map<String, Long> wrongSize = new HashMap<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final Deque<Failure> failures = new ArrayDeque<>();
  String commit = "1".repeat(40);
  String version = "v1";
  int largeFrom = 4096;
  int filesOfPage = 1000;
  int cutAfter;
  Deque<Cut> cuts = new ArrayDeque<>();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer hub = start(this::answerHub);
  private final HttpServer other = start(this::answerOther);

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private HttpServer start(Handler handler) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              handler.handle(exchange);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  URI address() {
    return address(hub);
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Request> requests(String host, String path) {
    return requests.stream()
        .filter(each -> each.host().equals(host) && each.path().contains(path))
        .toList();
  }

  private void note(String host, HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    requests.add(
        new Request(
            host,
            exchange.getRequestURI().toString(),
            Optional.ofNullable(headers.getFirst("Range")),
            Optional.ofNullable(headers.getFirst("If-Range")),
            Optional.ofNullable(headers.getFirst("Authorization"))));
  }

  private void answerHub(HttpExchange exchange) throws IOException {
    note("hub", exchange);
    String path = exchange.getRequestURI().getPath();
    Failure failure = failures.poll();
    if (failure != null) {
      failure.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(failure.status(), -1);
    } else if (path.equals("/api/models/owner/tiny")
        || path.equals("/api/models/owner/tiny/revision/refs/pr/1")) {
      json(
          exchange,
          "{\"id\":\"owner/tiny\",\"sha\":\"%s\",\"cardData\":{\"license\":\"mit\"}}"
              .formatted(commit));
    } else if (path.equals("/api/models/owner/tiny/tree/" + commit)) {
      tree(exchange);
    } else if (path.startsWith("/owner/tiny/resolve/" + commit + "/")) {
      resolve(exchange, path.substring(("/owner/tiny/resolve/" + commit + "/").length()));
    } else {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private void json(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void tree(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    int from = query.contains("cursor=") ? Integer.parseInt(query.replaceFirst(".*=", "")) : 0;
    List<String> paths = new ArrayList<>(files.keySet());
    List<String> entries = new ArrayList<>();
    entries.add("{\"type\":\"directory\",\"oid\":\"" + "0".repeat(40) + "\",\"path\":\"onnx\"}");
    for (String path : paths.subList(from, Math.min(paths.size(), from + filesOfPage))) {
      byte[] content = files.get(path);
      long size = wrongSize.getOrDefault(path, (long) content.length);
      entries.add(
          "{\"type\":\"file\",\"path\":\"%s\",\"size\":%d,\"oid\":\"%s\"%s}"
              .formatted(
                  path,
                  size,
                  content.length < largeFrom ? blob(content) : "f".repeat(40),
                  content.length < largeFrom
                      ? ""
                      : ",\"lfs\":{\"oid\":\"%s\",\"size\":%d,\"pointerSize\":130}"
                          .formatted(sha256(content), size)));
    }
    if (from + filesOfPage < paths.size()) {
      exchange
          .getResponseHeaders()
          .set(
              "Link",
              "<%s%s?recursive=true&cursor=%d>; rel=\"next\""
                  .formatted(address(), exchange.getRequestURI().getPath(), from + filesOfPage));
    }
    json(exchange, "[" + String.join(",", entries) + "]");
  }

  private void resolve(HttpExchange exchange, String path) throws IOException {
    byte[] content = files.get(path);
    Headers headers = exchange.getResponseHeaders();
    headers.set("X-Repo-Commit", commit);
    if (content == null) {
      headers.set("X-Error-Code", "EntryNotFound");
      exchange.sendResponseHeaders(404, -1);
    } else if (content.length < largeFrom) {
      headers.set("ETag", '"' + blob(content) + '"');
      byte[] sent = wrongContent.getOrDefault(path, content);
      exchange.sendResponseHeaders(200, sent.length == 0 ? -1 : sent.length);
      exchange.getResponseBody().write(sent);
    } else {
      headers.set("X-Linked-Size", "" + content.length);
      headers.set("X-Linked-Etag", '"' + sha256(content) + '"');
      headers.set("Location", address(other) + "/" + path + "?signature=x");
      exchange.sendResponseHeaders(302, -1);
    }
  }

  private void answerOther(HttpExchange exchange) throws IOException {
    note("other", exchange);
    String path = exchange.getRequestURI().getPath().substring(1);
    byte[] content = wrongContent.getOrDefault(path, files.get(path));
    String tag = "\"" + version + "\"";
    Headers headers = exchange.getResponseHeaders();
    headers.set("ETag", tag);
    headers.set("Accept-Ranges", "bytes");
    int from = 0;
    Headers asked = exchange.getRequestHeaders();
    String ifRange = asked.getFirst("If-Range");
    if (asked.containsKey("Range") && (ifRange == null || ifRange.equals(tag))) {
      from = Integer.parseInt(asked.getFirst("Range").replaceAll("\\D", ""));
      headers.set(
          "Content-Range", "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    Cut cut = cuts.poll();
    if (cut == null) {
      exchange.getResponseBody().write(content, from, content.length - from);
      return;
    }
    exchange.getResponseBody().write(content, from, cutAfter);
    exchange.getResponseBody().flush();
    try {
      cut.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  static String blob(byte[] content) {
    byte[] head = ("blob " + content.length + "\0").getBytes(UTF_8);
    byte[] all = new byte[head.length + content.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(content, 0, all, head.length, content.length);
    return hash("SHA-1", all);
  }

  private static String hash(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    other.stop(0);
    threads.shutdownNow();
  }
}
