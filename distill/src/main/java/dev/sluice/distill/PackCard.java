package dev.sluice.distill;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The card of a pack that was trained: what is known of it.
 *
 * @param name of the pack
 * @param what a sentence that says what it is
 * @param command how it was made; may be empty
 * @param data the training files
 */
public record PackCard(String name, String what, String command, List<Path> data) {

  /**
   * The card in Markdown.
   *
   * @param examples how much it was trained on
   * @param ofWhat what was counted, such as {@code queries}
   * @param measures on what was held out
   */
  public String text(long examples, String ofWhat, String measures) {
    StringBuilder card = new StringBuilder();
    card.append("# ").append(name).append("\n\n");
    card.append(what).append("\n\n");
    if (!command.isEmpty()) {
      card.append("    ").append(command).append("\n\n");
    }
    card.append(String.format(Locale.ROOT, "Trained on %,d %s of%n%n", examples, ofWhat));
    data.forEach(file -> card.append("- ").append(file.getFileName()).append('\n'));
    card.append("\nHeld out: ").append(measures).append("\n\n");
    card.append(
        """
        ## Licence

        That of the base and of the training data: name both here before you pass the pack on.
        """);
    return card.toString();
  }
}
