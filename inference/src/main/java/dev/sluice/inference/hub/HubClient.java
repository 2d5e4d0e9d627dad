package dev.sluice.inference.hub;

import dev.sluice.error.InvalidInputException;
import dev.sluice.error.ResourceException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Asks a hub. Redirections are followed one by one, since the token must reach no other host;
 * requests that fail in a way that may pass are repeated.
 */
final class HubClient implements AutoCloseable {
  private static final int REDIRECTIONS = 10;

  private final HubOptions options;
  private final Refusal refusal;
  private final Retries.Pause pause;
  private final PullListener listener;
  private final HttpClient http;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> Thread.ofPlatform().daemon().name("hub-silence").unstarted(work));

  /** Once a hub has answered, a failure to reach it may pass; before that it hardly does. */
  private boolean reached;

  HubClient(HubName name, HubOptions options, Retries.Pause pause, PullListener listener) {
    if (options.offline()) {
      throw new ResourceException(
          "HF_HUB_OFFLINE says that no hub may be asked for %s. Unset it, or quantise files that you have: sluice model quantize FOLDER."
              .formatted(name));
    }
    this.options = options;
    this.refusal = new Refusal(name, options.hub(), tokenGoesTo(options.hub(), options));
    this.pause = pause;
    this.listener = listener;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(options.connect())
            .build();
  }

  /**
   * An answer with what was asked for.
   *
   * @param status 200, or 206 or 416 where a range was asked for
   * @param headers of the host that answered in the end
   * @param body to be closed
   */
  record Answer(int status, HttpHeaders headers, URI address, InputStream body)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  Retries retries() {
    return new Retries(options, pause, listener);
  }

  URI hub() {
    return options.hub();
  }

  /**
   * Asks for something until there is an answer that holds it.
   *
   * @param headers besides those of every request
   * @throws InvalidInputException if the hub refuses
   * @throws ResourceException if the hub cannot be reached, or fails again and again
   */
  Answer get(URI address, Map<String, String> headers, Retries retries) {
    while (true) {
      try {
        Answer answer = follow(address, headers);
        reached = true;
        if (!failedForNow(answer, retries)) {
          return answer;
        }
      } catch (SSLException e) {
        throw new ResourceException(
            "%s cannot be trusted: %s. Check its certificate, or give the one that signs it with SLUICE_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE."
                .formatted(options.hub(), e.getMessage()),
            e);
      } catch (IOException e) {
        if (!reached && retries.fresh() && !(e instanceof HttpTimeoutException)) {
          throw unreachable(e);
        }
        retries.pause(options.hub() + " does not answer: " + describe(e), Optional.empty());
      }
    }
  }

  private boolean failedForNow(Answer answer, Retries retries) throws IOException {
    int status = answer.status();
    if (status == 200 || status == 206 || status == 416) {
      return false;
    }
    try (answer) {
      if (status != 408 && status != 429 && status < 500) {
        throw refusal.of(status, answer.headers(), answer.address());
      }
    }
    retries.pause(
        (status == 429
            ? options.hub() + " has been asked too often (429)"
            : answer.address().getHost() + " answers with an error (" + status + ")"),
        Retries.wanted(answer.headers(), ZonedDateTime.now(ZoneOffset.UTC)));
    return true;
  }

  private Answer follow(URI address, Map<String, String> headers) throws IOException {
    URI current = address;
    for (int i = 0; i <= REDIRECTIONS; i++) {
      HttpResponse<InputStream> response = send(current, headers);
      Optional<String> location = response.headers().firstValue("Location");
      if (response.statusCode() < 300 || response.statusCode() >= 400 || location.isEmpty()) {
        return new Answer(
            response.statusCode(),
            response.headers(),
            current,
            new SilenceWatch(response.body(), options.silence(), clock));
      }
      response.body().close();
      current = target(current, location.get());
    }
    throw new InvalidInputException(
        "%s redirects without end from %s. Is it a hub of models? Check --hub and HF_ENDPOINT."
            .formatted(options.hub(), address));
  }

  private URI target(URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean safe = "https".equals(to.getScheme()) || "http".equals(from.getScheme());
      if (to.getHost() != null && safe && to.getScheme().startsWith("http")) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // No address either.
    }
    throw new InvalidInputException(
        "%s redirects %s to what is no safe address. Use another hub."
            .formatted(options.hub(), from));
  }

  private HttpResponse<InputStream> send(URI address, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .header("User-Agent", "sluice")
            // Ranges and sizes are those of the file's own bytes.
            .header("Accept-Encoding", "identity");
    headers.forEach(request::header);
    if (tokenGoesTo(address, options)) {
      request.header("Authorization", "Bearer " + options.token().orElseThrow());
    }
    CompletableFuture<HttpResponse<InputStream>> answer =
        http.sendAsync(request.GET().build(), BodyHandlers.ofInputStream());
    try {
      return answer.get(
          options.connect().plus(options.silence()).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HttpTimeoutException("no answer in " + options.silence().toSeconds() + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("interrupted");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  /** To the hub alone, and not where others could read it on its way. */
  private static boolean tokenGoesTo(URI address, HubOptions options) {
    return options.token().isPresent()
        && sameOrigin(address, options.hub())
        && ("https".equals(address.getScheme()) || isLoopback(address.getHost()));
  }

  private static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    if (!host.matches("[0-9.]+|\\[.*]")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equals(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equals(address.getScheme()) ? 443 : 80;
  }

  private ResourceException unreachable(IOException e) {
    return new ResourceException(
        "Cannot reach %s: %s. Check the network (behind a proxy: SLUICE_JAVA_OPTS=\"-Dhttps.proxyHost=HOST -Dhttps.proxyPort=PORT\"), or give a mirror with --hub or HF_ENDPOINT. Without either, have the model's files brought in a folder and quantise that: sluice model quantize FOLDER."
            .formatted(options.hub(), describe(e)),
        e);
  }

  static String describe(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "its name is not known";
      }
    }
    return e.getMessage() == null || e.getMessage().isBlank()
        ? e.getClass().getSimpleName()
        : e.getMessage();
  }

  @Override
  public void close() {
    clock.shutdownNow();
    http.shutdownNow();
    http.close();
  }
}
