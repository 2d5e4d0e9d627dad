package dev.sluice.inference.hub;

import dev.sluice.error.ResourceException;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a request was repeated since it last got somewhere, and how long to pause before the
 * next time: twice as long each time, or as long as the hub asks for.
 */
final class Retries {
  private static final int LARGEST_FACTOR = 8;

  /** Whoever is asked to wait longer than this would rather know than wait. */
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

  /** {@code "api";r=0;t=55}: nothing remains, and is given anew in 55 seconds. */
  private static final Pattern SPENT = Pattern.compile("r=0\\s*;\\s*t=(\\d{1,6})");

  /** Waits; tests only take note. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final HubOptions options;
  private final Pause pause;
  private final PullListener listener;
  private int repeated;

  Retries(HubOptions options, Pause pause, PullListener listener) {
    this.options = options;
    this.pause = pause;
    this.listener = listener;
  }

  /** The request got somewhere: what fails after this is another failure. */
  void progressed() {
    repeated = 0;
  }

  /** Whether nothing has been repeated yet. */
  boolean fresh() {
    return repeated == 0;
  }

  /**
   * Pauses before a repetition.
   *
   * @param reason why, as one sentence without its full stop
   * @param wanted how long the hub wants, if it says so
   * @throws ResourceException if it was repeated often enough, or the hub wants too long a pause
   */
  void pause(String reason, Optional<Duration> wanted) {
    if (repeated == options.retries()) {
      throw new ResourceException(
          reason
              + (repeated == 0 ? "" : ", also after " + repeated + " repetitions")
              + ". What was fetched is kept: pull again later to go on from there.");
    }
    Duration time =
        wanted.orElseGet(
            () -> options.pause().multipliedBy(Math.min(LARGEST_FACTOR, 1L << repeated)));
    if (time.compareTo(LONGEST) > 0) {
      throw new ResourceException(
          "%s and asks to wait for %d minutes. What was fetched is kept: pull again after that time."
              .formatted(reason, (time.toSeconds() + 59) / 60));
    }
    repeated++;
    listener.waiting(reason, time);
    try {
      pause.of(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled = new CancellationException("interrupted");
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  /**
   * How long a hub wants to be left alone: {@code Retry-After} in seconds or as a date (RFC 9110,
   * 10.2.3), or else the reset of {@code RateLimit}.
   */
  static Optional<Duration> wanted(HttpHeaders headers, ZonedDateTime now) {
    Optional<String> after = headers.firstValue("Retry-After").map(String::strip);
    if (after.isPresent()) {
      return seconds(after.get()).or(() -> until(after.get(), now));
    }
    return headers
        .firstValue("RateLimit")
        .map(SPENT::matcher)
        .filter(Matcher::find)
        .flatMap(found -> seconds(found.group(1)));
  }

  private static Optional<Duration> seconds(String text) {
    return SECONDS.matcher(text).matches()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : Optional.empty();
  }

  private static Optional<Duration> until(String date, ZonedDateTime now) {
    try {
      Duration left =
          Duration.between(now, ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME));
      return Optional.of(left.isNegative() ? Duration.ZERO : left);
    } catch (DateTimeException e) {
      return Optional.empty(); // not understood, so as if it were not there
    }
  }
}
