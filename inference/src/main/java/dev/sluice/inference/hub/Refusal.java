package dev.sluice.inference.hub;

import dev.sluice.error.InvalidInputException;
import java.net.URI;
import java.net.http.HttpHeaders;

/** What a hub's refusal means to the person who asked, by its status and {@code X-Error-Code}. */
final class Refusal {
  private static final int SHOWN = 200;

  private final HubName name;
  private final URI hub;
  private final boolean tokenSent;

  Refusal(HubName name, URI hub, boolean tokenSent) {
    this.name = name;
    this.hub = hub;
    this.tokenSent = tokenSent;
  }

  /**
   * The refusal in words.
   *
   * @param address what was asked for
   */
  InvalidInputException of(int status, HttpHeaders headers, URI address) {
    String code = headers.firstValue("X-Error-Code").orElse("");
    return new InvalidInputException(
        switch (code) {
          case "RevisionNotFound" -> noRevision();
          case "EntryNotFound" ->
              "%s has no file %s any more. Pull again.".formatted(name, address.getPath());
          case "GatedRepo" -> gated();
          case "RepoNotFound" -> noRepository();
          default -> byStatus(status, headers, address);
        });
  }

  private String byStatus(int status, HttpHeaders headers, URI address) {
    return switch (status) {
      // A hub answers a stranger's question for what does not exist and for what is private alike.
      case 401 ->
          tokenSent
              ? "%s does not accept the token in HF_TOKEN. Make a new one there, or unset HF_TOKEN for a public model."
                  .formatted(hub)
              : noRepository();
      case 403 ->
          "%s does not let %s be read (403%s). %s"
              .formatted(
                  hub,
                  name,
                  message(headers),
                  tokenSent
                      ? "Use a token in HF_TOKEN that may read it."
                      : "Set HF_TOKEN to a token of an account that may read it.");
      case 404 ->
          name.revision().isPresent() ? noRepository() + " " + noRevision() : noRepository();
      default ->
          "%s answers %d%s to %s. Is it a hub of models? Check --hub and HF_ENDPOINT."
              .formatted(hub, status, message(headers), address);
    };
  }

  private String noRepository() {
    return "There is no model %s on %s, or it is private. Check the name; for a private model set HF_TOKEN to a token of an account that may read it."
        .formatted(name.repository(), hub);
  }

  private String noRevision() {
    return name.revision().isPresent()
        ? "%s has no branch, tag or commit %s. Leave @%s out for the default branch."
            .formatted(name.repository(), name.revision().get(), name.revision().get())
        : "%s has no default branch. Name a revision: %s@REVISION.".formatted(name, name);
  }

  private String gated() {
    return "%s is gated: accept its conditions at %s/%s, then set HF_TOKEN to a token of the account that did%s."
        .formatted(
            name.repository(),
            hub,
            name.repository(),
            tokenSent ? " (that of the token given now did not, or was not let in yet)" : "");
  }

  /** What the hub says itself, without anything that a terminal would obey. */
  private static String message(HttpHeaders headers) {
    String text =
        headers.firstValue("X-Error-Message").orElse("").replaceAll("[^\\x20-\\x7e]", " ").strip();
    return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(SHOWN, text.length()));
  }
}
