package dev.sluice.index;

import dev.sluice.index.filter.Filter;
import dev.sluice.index.filter.Filter.And;
import dev.sluice.index.filter.Filter.Comparison;
import dev.sluice.index.filter.Filter.Exists;
import dev.sluice.index.filter.Filter.In;
import dev.sluice.index.filter.Filter.Not;
import dev.sluice.index.filter.Filter.Operator;
import dev.sluice.index.filter.Filter.Or;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random documents with fields of all types, random filters on them, and what these mean, said
 * again without Lucene: text analysis is that of {@code whitespace}, numbers are decimals, and a
 * date compares by as much of the time as it names.
 */
final class FilterOracle {
  private static final List<String> LANGUAGES = List.of("en", "de", "fr", "pt-BR", "zh hant");
  private static final List<String> TAGS = List.of("alpha", "beta", "gamma", "delta");
  private static final String WORDS = "heron lake reed river otter mill ferry bridge";
  private static final List<String> NUMBERS = List.of("-3", "0", "1.5", "1e3", "2000", "2001.25");
  private static final Instant START = Instant.parse("2019-11-01T00:00:00Z");

  private final Random random;

  FilterOracle(Random random) {
    this.random = random;
  }

  Document document(int i) {
    Map<String, String> metadata = new HashMap<>();
    if (random.nextInt(10) > 0) {
      metadata.put("lang", one(LANGUAGES));
    }
    if (random.nextInt(10) > 0) {
      metadata.put("year", random.nextInt(4) == 0 ? one(NUMBERS) : "" + random.nextInt(1990, 2030));
    }
    if (random.nextInt(10) > 0) {
      metadata.put("published", date(random.nextBoolean() ? 10 : 20));
    }
    if (random.nextInt(3) > 0) {
      metadata.put(
          "tags",
          "[" + String.join(",", some(TAGS).stream().map(tag -> "\"" + tag + "\"").toList()) + "]");
    }
    if (random.nextInt(3) > 0) {
      metadata.put("note", String.join(" ", some(words())) + "\n" + one(words()));
    }
    String title = random.nextInt(5) == 0 ? "" : String.join(" ", some(words()));
    String text = String.join(" ", some(words())) + " " + one(words()) + " number" + i;
    return new Document("doc/" + i, title, text, metadata, "file:" + i % 7, List.of());
  }

  /** A time, cut to as many characters of its ISO form; longer ones with the Z of UTC. */
  private String date(int length) {
    Instant time = START.plus(random.nextInt(3_000_000), ChronoUnit.MINUTES);
    return time.toString().substring(0, length);
  }

  Filter filter(int depth) {
    if (depth > 0) {
      switch (random.nextInt(5)) {
        case 0 -> {
          return filter(depth - 1).not();
        }
        case 1 -> {
          return filter(depth - 1).or(filter(depth - 1));
        }
        case 2, 3 -> {
          return filter(depth - 1).and(filter(depth - 1));
        }
        default -> {}
      }
    }
    return switch (random.nextInt(13)) {
      case 0 -> compared("lang", one(LANGUAGES));
      case 1 -> Filter.field("lang").in(some(LANGUAGES));
      case 2 -> compared("year", "" + random.nextInt(1990, 2030));
      case 3 -> compared("year", one(NUMBERS));
      case 4 -> Filter.field("year").in(one(NUMBERS), random.nextInt(1990, 2030));
      case 5 -> compared("published", date(List.of(4, 7, 10, 20).get(random.nextInt(4))));
      case 6 -> Filter.field("published").in(date(7), date(4));
      case 7 -> compared("tags", one(TAGS));
      case 8 -> Filter.field("note").matches(String.join(" ", some(words())));
      case 9 -> Filter.field("title").matches(one(words()));
      case 10 -> Filter.field(one(List.of("lang", "year", "tags", "note", "title"))).exists();
      case 11 -> compared("id", "doc/" + random.nextInt(500));
      default -> Filter.field("uri").in("file:" + random.nextInt(7), "file:none");
    };
  }

  private Filter compared(String field, String value) {
    return new Comparison(field, Operator.values()[random.nextInt(5)], value);
  }

  private String one(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private List<String> some(List<String> choices) {
    List<String> some = new ArrayList<>(List.of(one(choices)));
    while (random.nextInt(3) > 0) {
      some.add(one(choices));
    }
    return some;
  }

  private static List<String> words() {
    return List.of(WORDS.split(" "));
  }

  static boolean accepts(Filter filter, Document document) {
    return switch (filter) {
      case And and -> and.all().stream().allMatch(each -> accepts(each, document));
      case Or or -> or.any().stream().anyMatch(each -> accepts(each, document));
      case Not not -> !accepts(not.filter(), document);
      case Exists exists -> !values(exists.field(), document).isEmpty();
      case In in ->
          in.values().stream()
              .anyMatch(value -> holds(in.field(), Operator.EQUAL, value, document));
      case Comparison one -> holds(one.field(), one.operator(), one.value(), document);
    };
  }

  private static boolean holds(String field, Operator operator, String value, Document document) {
    List<String> values = values(field, document);
    if (operator == Operator.MATCHES) {
      List<String> terms = Arrays.asList(String.join(" ", values).split("\\s+"));
      return terms.containsAll(List.of(value.split(" ")));
    }
    return values.stream().anyMatch(each -> holds(compare(field, each, value), operator));
  }

  private static boolean holds(int order, Operator operator) {
    return switch (operator) {
      case EQUAL, MATCHES -> order == 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case MORE -> order > 0;
      case AT_LEAST -> order >= 0;
    };
  }

  private static int compare(String field, String own, String value) {
    return switch (field) {
      case "year" -> new BigDecimal(own).compareTo(new BigDecimal(value));
      case "published" -> {
        String time = own.length() == 10 ? own + "T00:00:00Z" : own;
        yield time.substring(0, value.length()).compareTo(value);
      }
      default -> own.compareTo(value);
    };
  }

  private static List<String> values(String field, Document document) {
    String text =
        switch (field) {
          case "id" -> document.id();
          case "title" -> document.title();
          case "uri" -> document.uri();
          default -> document.metadata().getOrDefault(field, "");
        };
    if (field.equals("tags")) {
      return Arrays.stream(text.split("[\\[\\],\"]+")).filter(tag -> !tag.isEmpty()).toList();
    }
    return text.isEmpty() ? List.of() : List.of(text);
  }

  List<Document> documents(int from, int to) {
    return IntStream.range(from, to).mapToObj(this::document).toList();
  }
}
