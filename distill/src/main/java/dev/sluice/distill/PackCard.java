package dev.sluice.distill;

import java.util.Locale;

/** The card of a pack that was trained: what is known of it. */
final class PackCard {
  private PackCard() {}

  /**
   * The card in Markdown.
   *
   * @param what such as {@code A reranker}
   * @param examples how many queries it was trained on
   * @param measures on what was held out
   */
  static String of(DistillOptions options, String what, long examples, String measures) {
    StringBuilder card = new StringBuilder();
    card.append("# ").append(options.name()).append("\n\n");
    card.append(what).append(" on the lower layers of ").append(options.base()).append(".\n\n");
    if (!options.command().isEmpty()) {
      card.append("    ").append(options.command()).append("\n\n");
    }
    card.append(String.format(Locale.ROOT, "Trained on %,d queries of%n%n", examples));
    options.data().forEach(file -> card.append("- ").append(file.getFileName()).append('\n'));
    card.append("\nHeld out: ").append(measures).append("\n\n");
    card.append(
        """
        ## Licence

        That of the base and of the training data: name both here before you pass the pack on.
        """);
    return card.toString();
  }
}
