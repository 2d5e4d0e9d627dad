package dev.sluice.inference.hub;

import dev.sluice.error.InvalidInputException;
import dev.sluice.inference.CacheFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a model on a hub: {@code owner/name}, or {@code owner/name@revision} for a branch,
 * tag or commit other than the default branch.
 *
 * @param revision empty for the default branch
 */
public record HubName(String owner, String name, Optional<String> revision) {
  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
  private static final Pattern FORM =
      Pattern.compile(
          "("
              + PART
              + ")/("
              + PART
              + ")(?:@([A-Za-z0-9_](?:[A-Za-z0-9._/-]{0,198}[A-Za-z0-9_])?))?");

  /** A slash of a revision in the name of a folder; hubs allow no such thing in names. */
  private static final String SLASH = "%2F";

  private static final String BETWEEN = "--";

  /**
   * Reads a name.
   *
   * @throws InvalidInputException if the text is no name that a hub could have
   */
  public static HubName of(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "\""
                        + text
                        + "\" is no name of a model on a hub; expected OWNER/NAME or"
                        + " OWNER/NAME@REVISION, such as BAAI/bge-base-en-v1.5."));
  }

  /** The name that a text is, if it is one. */
  public static Optional<HubName> find(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || text.contains("..") || text.contains("//")) {
      return Optional.empty();
    }
    String plain = form.group(1) + "/" + form.group(2);
    return plain.contains(BETWEEN)
        ? Optional.empty()
        : Optional.of(
            new HubName(form.group(1), form.group(2), Optional.ofNullable(form.group(3))));
  }

  /** {@code owner/name}, as the hub's addresses have it. */
  public String repository() {
    return owner + "/" + name;
  }

  /** Where {@code sluice model pull} puts the pack of this name; it may not be there. */
  public Path packFolder() {
    return CacheFolder.locate().resolve("models").resolve(folderName());
  }

  /** The name whose pack lies in a folder of the cache, if it is one of these. */
  public static Optional<HubName> ofPackFolder(Path folder) {
    String text = folder.getFileName().toString();
    return find(text.replaceFirst(BETWEEN, "/").replace(SLASH, "/"))
        .filter(found -> found.folderName().equals(text));
  }

  /** One name for a folder or file: {@code owner--name@revision}. */
  String folderName() {
    return owner
        + BETWEEN
        + name
        + revision.map(given -> "@" + given.replace("/", SLASH)).orElse("");
  }

  @Override
  public String toString() {
    return repository() + revision.map(given -> "@" + given).orElse("");
  }
}
