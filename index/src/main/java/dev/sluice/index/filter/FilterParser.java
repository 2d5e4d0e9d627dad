package dev.sluice.index.filter;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.filter.Filter.And;
import dev.sluice.index.filter.Filter.Comparison;
import dev.sluice.index.filter.Filter.Exists;
import dev.sluice.index.filter.Filter.In;
import dev.sluice.index.filter.Filter.Not;
import dev.sluice.index.filter.Filter.Operator;
import dev.sluice.index.filter.Filter.Or;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Reads an expression by recursive descent:
 *
 * <pre>
 * or        := and ("or" and)*
 * and       := not ("and" not)*
 * not       := "not" not | "(" or ")" | condition
 * condition := "exists" (name | "(" name ")") | name operator value
 *            | name ["not"] "in" "(" value ("," value)* ")"
 * </pre>
 */
final class FilterParser {

  /** Deeper ones are no longer read by people, and each level takes room on the stack. */
  private static final int MAX_DEPTH = 200;

  /** How much of a long expression an error shows on either side of the place. */
  private static final int SHOWN = 60;

  private final String text;
  private int at;
  private int depth;

  FilterParser(String text) {
    this.text = text;
  }

  Filter parse() {
    Filter filter = or();
    skipSpace();
    if (at < text.length()) {
      throw expected("'and', 'or' or the end");
    }
    return filter;
  }

  private Filter or() {
    List<Filter> any = new ArrayList<>(List.of(and()));
    while (takeWord("or")) {
      any.add(and());
    }
    return any.size() == 1 ? any.getFirst() : new Or(any);
  }

  private Filter and() {
    List<Filter> all = new ArrayList<>(List.of(not()));
    while (takeWord("and")) {
      all.add(not());
    }
    return all.size() == 1 ? all.getFirst() : new And(all);
  }

  private Filter not() {
    skipSpace();
    if (++depth > MAX_DEPTH) {
      throw error("expected at most " + MAX_DEPTH + " levels of parentheses and 'not'");
    }
    Filter filter;
    if (takeWord("not")) {
      filter = new Not(not());
    } else if (take("(")) {
      filter = or();
      require(")");
    } else {
      filter = condition();
    }
    depth--;
    return filter;
  }

  private Filter condition() {
    if (takeWord("exists")) {
      boolean inside = take("(");
      String name = name("the name of a field after 'exists'");
      if (inside) {
        require(")");
      }
      return new Exists(name);
    }
    String name = name("a condition, such as year >= 2020");
    if (takeWord("in")) {
      return new In(name, values());
    }
    int before = at;
    if (takeWord("not")) {
      if (takeWord("in")) {
        return new Not(new In(name, values()));
      }
      at = before;
    }
    if (take("!=")) {
      return new Not(new Comparison(name, Operator.EQUAL, value("!=")));
    }
    Operator operator =
        operator().orElseThrow(() -> expected("= != < <= > >= : or 'in' after '" + name + "'"));
    return new Comparison(name, operator, value(operator.toString()));
  }

  private Optional<Operator> operator() {
    // The longer ones first.
    for (Operator operator :
        List.of(
            Operator.AT_MOST,
            Operator.AT_LEAST,
            Operator.EQUAL,
            Operator.LESS,
            Operator.MORE,
            Operator.MATCHES)) {
      if (take(operator.toString())) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  private List<String> values() {
    require("(");
    List<String> values = new ArrayList<>(List.of(value("(")));
    while (take(",")) {
      values.add(value(","));
    }
    if (!take(")")) {
      throw expected("',' or ')'");
    }
    return values;
  }

  private String name(String what) {
    return quoted().orElseGet(() -> bare(FilterText::isOfName, what));
  }

  private String value(String after) {
    return quoted().orElseGet(() -> bare(FilterText::isOfValue, "a value after '" + after + "'"));
  }

  private String bare(IntPredicate allowed, String what) {
    skipSpace();
    int end = wordEnd(allowed);
    String word = text.substring(at, end);
    if (word.isEmpty()) {
      throw expected(what);
    }
    if (FilterText.isReserved(word)) {
      throw error(
          "expected %s, found the word '%s'; put it in quotes to have it taken as it is"
              .formatted(what, word));
    }
    at = end;
    return word;
  }

  private int wordEnd(IntPredicate allowed) {
    int end = at;
    while (end < text.length() && allowed.test(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  private Optional<String> quoted() {
    skipSpace();
    if (at >= text.length() || (text.charAt(at) != '"' && text.charAt(at) != '\'')) {
      return Optional.empty();
    }
    char quote = text.charAt(at);
    StringBuilder content = new StringBuilder();
    for (int i = at + 1; i < text.length(); i++) {
      char symbol = text.charAt(i);
      if (symbol == quote) {
        at = i + 1;
        return Optional.of(content.toString());
      }
      if (symbol == '\\' && i + 1 < text.length()) {
        symbol = text.charAt(++i);
      }
      content.append(symbol);
    }
    throw error("expected the end of what is quoted, found the end of the expression");
  }

  /** Takes a word of the language, in any case; quoted it would be a name. */
  private boolean takeWord(String word) {
    skipSpace();
    int end = wordEnd(FilterText::isOfName);
    boolean there = text.substring(at, end).equalsIgnoreCase(word);
    at = there ? end : at;
    return there;
  }

  private boolean take(String symbol) {
    skipSpace();
    boolean there = text.startsWith(symbol, at);
    at += there ? symbol.length() : 0;
    return there;
  }

  private void require(String symbol) {
    if (!take(symbol)) {
      throw expected("'" + symbol + "'");
    }
  }

  private void skipSpace() {
    while (at < text.length()
        && (Character.isWhitespace(text.charAt(at)) || Character.isSpaceChar(text.charAt(at)))) {
      at++;
    }
  }

  private InvalidInputException expected(String what) {
    skipSpace();
    String found =
        at >= text.length()
            ? "the end"
            : "'" + text.substring(at, Math.max(at + 1, wordEnd(FilterText::isOfValue))) + "'";
    return error("expected " + what + ", found " + found);
  }

  /** The message, and under it the expression with a mark at the place. */
  private InvalidInputException error(String message) {
    int from = Math.max(0, at - SHOWN);
    int to = Math.min(text.length(), at + SHOWN);
    String shown = text.substring(from, to).replaceAll("\\s", " ");
    return new InvalidInputException(
        "filter, column %d: %s%n  %s%n  %s^"
            .formatted(at + 1, message, shown, " ".repeat(at - from)));
  }
}
