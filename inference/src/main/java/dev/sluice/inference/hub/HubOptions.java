package dev.sluice.inference.hub;

import dev.sluice.error.InvalidInputException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which hub is asked, and how patiently.
 *
 * @param hub address of the hub or mirror, without a slash at its end
 * @param token of an account there; sent to that host alone
 * @param connect how long a connection may take
 * @param silence how long the hub may take to answer, or be silent within an answer
 * @param retries how often a request is repeated that failed in a way that may pass
 * @param pause before the first repetition; it doubles with each up to eight times
 * @param offline whether nothing may be asked at all
 */
public record HubOptions(
    URI hub,
    Optional<String> token,
    Duration connect,
    Duration silence,
    int retries,
    Duration pause,
    boolean offline) {

  /** The hub that is asked unless told otherwise. */
  public static final URI DEFAULT_HUB = URI.create("https://huggingface.co");

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,4096}");
  private static final Set<String> YES = Set.of("1", "true", "yes", "on");

  /**
   * What the environment says, by the variables of Hugging Face's own tools: {@code HF_ENDPOINT}
   * for the hub, {@code HF_TOKEN} and {@code HF_HUB_OFFLINE}.
   *
   * @param hub goes before {@code HF_ENDPOINT}
   * @throws InvalidInputException if a variable has a value that it cannot have
   */
  public static HubOptions of(Map<String, String> environment, Optional<URI> hub) {
    String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
    URI address =
        hub.orElseGet(() -> endpoint.isEmpty() ? DEFAULT_HUB : address("HF_ENDPOINT", endpoint));
    return new HubOptions(
        address,
        token(environment.getOrDefault("HF_TOKEN", "").strip()),
        Duration.ofSeconds(15),
        Duration.ofSeconds(30),
        5,
        Duration.ofSeconds(1),
        YES.contains(
            environment.getOrDefault("HF_HUB_OFFLINE", "").strip().toLowerCase(Locale.ROOT)));
  }

  /**
   * Reads the address of a hub.
   *
   * @param origin where the text comes from, for messages
   * @throws InvalidInputException if it is no address of a hub
   */
  public static URI address(String origin, String text) {
    URI address;
    try {
      address = URI.create(text.replaceFirst("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw noAddress(origin, text);
    }
    String scheme = address.getScheme();
    if (address.getUserInfo() != null) {
      throw new InvalidInputException(
          origin + " must not hold a user's name or password. Give a token in HF_TOKEN.");
    }
    if (scheme == null
        || !Set.of("http", "https").contains(scheme)
        || address.getHost() == null
        || address.getRawQuery() != null
        || address.getRawFragment() != null) {
      throw noAddress(origin, text);
    }
    return address;
  }

  private static InvalidInputException noAddress(String origin, String text) {
    return new InvalidInputException(
        "%s must be the address of a hub such as %s, but is \"%s\"."
            .formatted(origin, DEFAULT_HUB, text));
  }

  /** A token is never shown, also not when it is wrong. */
  private static Optional<String> token(String text) {
    if (!text.isEmpty() && !TOKEN.matcher(text).matches()) {
      throw new InvalidInputException(
          "HF_TOKEN has characters that no token has, such as spaces. Set it again, or unset it.");
    }
    return Optional.of(text).filter(given -> !given.isEmpty());
  }

  /** The same, but for the token, of which it says only whether there is one. */
  @Override
  public String toString() {
    return "HubOptions[hub=" + hub + ", token=" + (token.isPresent() ? "given" : "none") + "]";
  }
}
