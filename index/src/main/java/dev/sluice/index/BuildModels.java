package dev.sluice.index;

import dev.sluice.index.passage.PassageSplitter;
import dev.sluice.index.passage.PassageSplitters;
import dev.sluice.inference.Embedder;
import dev.sluice.inference.Tokenizer;
import dev.sluice.inference.Tokenizers;
import java.io.Closeable;
import java.util.List;
import java.util.function.Function;

/**
 * The models of a build, each opened when it is first needed: a run that finds nothing changed
 * needs none.
 */
final class BuildModels implements Closeable {
  private final Function<String, Embedder> opener;
  private IndexSettings settings;
  private Embedder embedder;
  private Tokenizer tokenizer;
  private PassageSplitter splitter;

  BuildModels(IndexSettings settings, Function<String, Embedder> opener) {
    this.settings = settings;
    this.opener = opener;
  }

  boolean hasEmbedder() {
    return !settings.embedder().equals(IndexSettings.NO_EMBEDDER);
  }

  /** The settings, with the dimensions once the embedder is known. */
  IndexSettings settings() {
    return settings;
  }

  Embedder embedder() {
    if (embedder == null) {
      embedder = opener.apply(settings.embedder());
      settings =
          new IndexSettings(
              settings.passages(),
              settings.analyzer(),
              settings.embedder(),
              embedder.dimensions(),
              settings.vectorBits() > 0 ? settings.vectorBits() : embedder.vectorBits());
    }
    return embedder;
  }

  PassageSplitter splitter() {
    if (splitter == null) {
      splitter = PassageSplitters.parse(settings.passages(), tokenizer());
    }
    return splitter;
  }

  /**
   * That of the embedder; without one, that of the default embedder, since tokens have to be
   * counted.
   */
  private Tokenizer tokenizer() {
    if (hasEmbedder()) {
      return embedder().tokenizer();
    }
    tokenizer = Tokenizers.openQuick(BuildOptions.DEFAULT_EMBEDDER);
    return tokenizer;
  }

  /** What of a passage is embedded: its title and headings say what it is about. */
  static String embeddedText(String title, List<String> headings, String text) {
    StringBuilder all = new StringBuilder(title.length() + text.length() + 64);
    append(all, title);
    for (String heading : headings) {
      append(all, heading);
    }
    return all.append(text).toString();
  }

  private static void append(StringBuilder all, String part) {
    if (!part.isBlank()) {
      all.append(part).append('\n');
    }
  }

  @Override
  public void close() {
    if (embedder != null) {
      embedder.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
