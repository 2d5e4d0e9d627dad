package dev.sluice.index.filter;

import dev.sluice.index.filter.Filter.And;
import dev.sluice.index.filter.Filter.Comparison;
import dev.sluice.index.filter.Filter.Exists;
import dev.sluice.index.filter.Filter.In;
import dev.sluice.index.filter.Filter.Not;
import dev.sluice.index.filter.Filter.Or;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes filters as expressions, and knows which words need quotes. */
final class FilterText {
  private static final Set<String> RESERVED = Set.of("and", "or", "not", "in", "exists");

  private FilterText() {}

  static String of(Filter filter) {
    return switch (filter) {
      case And and -> joined(and.all(), " and ");
      case Or or -> joined(or.any(), " or ");
      case Not not -> "not " + operand(not.filter());
      case Comparison one -> name(one.field()) + " " + one.operator() + " " + value(one.value());
      case In in ->
          in.values().stream()
              .map(FilterText::value)
              .collect(Collectors.joining(", ", name(in.field()) + " in (", ")"));
      case Exists exists -> "exists " + name(exists.field());
    };
  }

  private static String joined(List<Filter> filters, String word) {
    return filters.stream().map(FilterText::operand).collect(Collectors.joining(word));
  }

  private static String operand(Filter filter) {
    boolean compound = filter instanceof And || filter instanceof Or;
    return compound ? "(" + of(filter) + ")" : of(filter);
  }

  private static String name(String name) {
    boolean bare = name.codePoints().allMatch(FilterText::isOfName) && !isReserved(name);
    return bare ? name : quoted(name);
  }

  private static String value(String value) {
    boolean bare =
        !value.isEmpty()
            && value.codePoints().allMatch(FilterText::isOfValue)
            && !isReserved(value);
    return bare ? value : quoted(value);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  static boolean isReserved(String word) {
    return RESERVED.contains(word.toLowerCase(Locale.ROOT));
  }

  /** Whether a bare name may have this character. */
  static boolean isOfName(int symbol) {
    return Character.isLetterOrDigit(symbol) || "_-.@/$#".indexOf(symbol) >= 0;
  }

  /** Whether a bare value may have this character. */
  static boolean isOfValue(int symbol) {
    return !Character.isWhitespace(symbol)
        && !Character.isSpaceChar(symbol)
        && !Character.isISOControl(symbol)
        && "(),\"'=<>!\\".indexOf(symbol) < 0;
  }
}
