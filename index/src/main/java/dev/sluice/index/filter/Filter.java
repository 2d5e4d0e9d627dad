package dev.sluice.index.filter;

import dev.sluice.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A condition on the fields of a document. As an expression:
 *
 * <pre>
 * year &gt;= 2020 and lang in (en, de) and not title : "draft"
 * (exists doi or uri = "https://example.org/a b") and published &lt; 2020-06
 * </pre>
 *
 * Comparisons are {@code = != < <= > >=}, {@code in (...)} and {@code not in (...)}, {@code :} for
 * all terms of a text in any order, and {@code exists}. {@code not} binds closest, then {@code
 * and}, then {@code or}. Names and values stand in quotes, single or double with a backslash before
 * quotes and backslashes, where they are more than a word. The type of the field decides how a
 * value is read; a date may be a year, month or day and then means all of it. Of a field with
 * several values one has to fulfil the comparison; where a document has none, no comparison holds,
 * and {@code a != b} is {@code not a = b}.
 *
 * <p>Immutable. {@link #toString} is the expression, which {@link #parse} reads back as an equal
 * filter.
 */
public sealed interface Filter {

  /** How a field's value is compared. */
  enum Operator {
    EQUAL("="),
    LESS("<"),
    AT_MOST("<="),
    MORE(">"),
    AT_LEAST(">="),

    /** The field has all terms of the value. */
    MATCHES(":");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    @Override
    public String toString() {
      return symbol;
    }
  }

  /**
   * Reads an expression.
   *
   * @throws InvalidInputException when it is none; the message shows the place
   */
  static Filter parse(String expression) {
    return new FilterParser(expression).parse();
  }

  /**
   * Starts a condition on a field: one of the documents' metadata, or {@code id}, {@code title},
   * {@code uri}.
   */
  static FieldConditions field(String name) {
    return new FieldConditions(name);
  }

  /** Both this and the other. */
  default Filter and(Filter other) {
    return new And(List.of(this, other));
  }

  /** This or the other, or both. */
  default Filter or(Filter other) {
    return new Or(List.of(this, other));
  }

  /** The documents that this does not accept. */
  default Filter not() {
    return new Not(this);
  }

  /**
   * All of several; those among them that are {@code And} themselves are taken apart.
   *
   * @param all at least two
   */
  record And(List<Filter> all) implements Filter {
    public And {
      List<Filter> flat = new ArrayList<>();
      for (Filter each : all) {
        flat.addAll(each instanceof And and ? and.all() : List.of(each));
      }
      all = atLeastTwo(flat);
    }

    @Override
    public String toString() {
      return FilterText.of(this);
    }
  }

  /**
   * Any of several; those among them that are {@code Or} themselves are taken apart.
   *
   * @param any at least two
   */
  record Or(List<Filter> any) implements Filter {
    public Or {
      List<Filter> flat = new ArrayList<>();
      for (Filter each : any) {
        flat.addAll(each instanceof Or or ? or.any() : List.of(each));
      }
      any = atLeastTwo(flat);
    }

    @Override
    public String toString() {
      return FilterText.of(this);
    }
  }

  /** None of what {@code filter} accepts. */
  record Not(Filter filter) implements Filter {
    public Not {
      Objects.requireNonNull(filter, "filter");
    }

    @Override
    public String toString() {
      return FilterText.of(this);
    }
  }

  /** One field, compared with one value. */
  record Comparison(String field, Operator operator, String value) implements Filter {
    public Comparison {
      requireName(field);
      Objects.requireNonNull(operator, "operator");
      Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
      return FilterText.of(this);
    }
  }

  /**
   * One field, equal to one of several values.
   *
   * @param values at least one
   */
  record In(String field, List<String> values) implements Filter {
    public In {
      requireName(field);
      values = List.copyOf(values);
      if (values.isEmpty()) {
        throw new InvalidInputException("filter: expected a value of '" + field + "', got none");
      }
    }

    @Override
    public String toString() {
      return FilterText.of(this);
    }
  }

  /** One field that has a value. */
  record Exists(String field) implements Filter {
    public Exists {
      requireName(field);
    }

    @Override
    public String toString() {
      return FilterText.of(this);
    }
  }

  private static List<Filter> atLeastTwo(List<Filter> filters) {
    if (filters.size() < 2) {
      throw new InvalidInputException(
          "filter: expected at least two conditions, got " + filters.size());
    }
    return List.copyOf(filters);
  }

  private static void requireName(String field) {
    if (field.isBlank()) {
      throw new InvalidInputException("filter: expected the name of a field, got a blank one");
    }
  }
}
