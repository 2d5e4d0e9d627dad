package dev.sluice.index.reader;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What stands at the top of a Markdown file between a line of three hyphens and another, or one of
 * three points: a mapping in YAML, as Jekyll, Hugo and Pandoc read it.
 *
 * @param fields scalars as they are written, lists and mappings as JSON; without those that have no
 *     value
 * @param end where the text begins: 0 where nothing of the kind stands there
 * @param fault why what stands there cannot be read, in which case it is text
 */
record FrontMatter(Map<String, String> fields, int end, Optional<String> fault) {
  private static final FrontMatter NONE = new FrontMatter(Map.of(), 0, Optional.empty());
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Takes every scalar for a string: 1.10 and 007 are no numbers to their writers. */
  private static final class Strings extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None.
    }
  }

  FrontMatter {
    fields = Map.copyOf(fields);
  }

  static FrontMatter of(String markdown) {
    int from = markdown.indexOf('\n') + 1;
    if (from == 0 || !markdown.substring(0, from).strip().equals("---")) {
      return NONE;
    }
    int at = from;
    while (at < markdown.length()) {
      int newline = markdown.indexOf('\n', at);
      int next = newline < 0 ? markdown.length() : newline + 1;
      String line = markdown.substring(at, next).stripTrailing();
      if (line.equals("---") || line.equals("...")) {
        return read(markdown.substring(from, at), next);
      }
      at = next;
    }
    return NONE;
  }

  private static FrontMatter read(String yaml, int end) {
    try {
      Object read = yaml().load(yaml);
      if (read == null) {
        return new FrontMatter(Map.of(), end, Optional.empty());
      }
      // Two rules with a paragraph between them are YAML as well.
      return read instanceof Map<?, ?> mapping
          ? new FrontMatter(fields(mapping), end, Optional.empty())
          : NONE;
    } catch (RuntimeException e) {
      // Values with a tag, such as "!!int x", fail in other ways than the rest.
      return new FrontMatter(Map.of(), 0, Optional.of(reason(e)));
    }
  }

  /** Not safe for several threads, and cheap. */
  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(unused), unused, options, new Strings());
  }

  private static Map<String, String> fields(Map<?, ?> mapping) {
    Map<String, String> fields = new HashMap<>();
    mapping.forEach(
        (name, value) -> {
          String text = text(value);
          if (!String.valueOf(name).isBlank() && !text.isBlank()) {
            fields.put(String.valueOf(name).strip(), text);
          }
        });
    return fields;
  }

  private static String text(Object value) {
    if (value instanceof List<?> || value instanceof Map<?, ?>) {
      try {
        return value.equals(List.of()) || value.equals(Map.of())
            ? ""
            : JSON.writeValueAsString(value);
      } catch (JsonProcessingException e) {
        throw new YAMLException(e);
      }
    }
    String scalar = value == null ? "" : value.toString();
    return scalar.equals("~") || scalar.equals("null") ? "" : scalar;
  }

  private static String reason(RuntimeException e) {
    if (e instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      // Counted from 0, behind the line of hyphens.
      return "line " + (marked.getProblemMark().getLine() + 2) + ": " + marked.getProblem();
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
