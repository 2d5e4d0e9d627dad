package dev.sluice.index.lexical;

import dev.sluice.error.InvalidInputException;
import dev.sluice.index.field.FieldCatalog;
import dev.sluice.index.field.FieldDate;
import dev.sluice.index.field.FieldNumber;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.field.IndexField;
import dev.sluice.index.filter.Filter;
import dev.sluice.index.filter.Filter.And;
import dev.sluice.index.filter.Filter.Comparison;
import dev.sluice.index.filter.Filter.Exists;
import dev.sluice.index.filter.Filter.In;
import dev.sluice.index.filter.Filter.Not;
import dev.sluice.index.filter.Filter.Operator;
import dev.sluice.index.filter.Filter.Or;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;

/** Turns one filter into a query of Lucene. */
final class FilterQueries {

  /** Lucene refuses queries of 1,024 clauses. */
  private static final int MAX_CLAUSES = 1_000;

  /** How many fields an error lists. */
  private static final int MAX_LISTED = 40;

  private final Map<String, FieldType> types = new HashMap<>();
  private final Collection<IndexField> fields;
  private final Analyzer analyzer;
  private int clauses;

  private FilterQueries(Collection<IndexField> fields, Analyzer analyzer) {
    this.fields = fields;
    this.analyzer = analyzer;
    fields.forEach(field -> types.put(field.name(), field.type()));
    FieldCatalog.BUILT_IN.forEach(name -> types.put(name, FieldType.KEYWORD));
  }

  /**
   * The query of a filter.
   *
   * @param fields those that the index has, beside the built-in ones
   * @throws InvalidInputException when a field is unknown, or a condition does not fit its type;
   *     the message has the condition
   */
  static Query of(Filter filter, Collection<IndexField> fields, Analyzer analyzer) {
    return new FilterQueries(fields, analyzer).query(filter);
  }

  private Query query(Filter filter) {
    return switch (filter) {
      case And and -> combined(and.all(), Occur.FILTER);
      case Or or -> combined(or.any(), Occur.SHOULD);
      case Not not -> {
        count(2, filter);
        yield new BooleanQuery.Builder()
            .add(new MatchAllDocsQuery(), Occur.FILTER)
            .add(query(not.filter()), Occur.MUST_NOT)
            .build();
      }
      case Exists exists -> {
        type(exists.field(), exists);
        count(1, filter);
        yield new TermQuery(new Term(FilterFields.PRESENT, exists.field()));
      }
      case In in -> in(in);
      case Comparison comparison -> comparison(comparison);
    };
  }

  private Query combined(List<Filter> filters, Occur occur) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    filters.forEach(each -> all.add(query(each), occur));
    return all.build();
  }

  private Query in(In in) {
    FieldType type = type(in.field(), in);
    return switch (type) {
      case KEYWORD -> {
        count(1, in);
        yield new TermInSetQuery(
            FilterFields.keyword(in.field()),
            in.values().stream().map(FilterFields::term).toList());
      }
      case NUMBER -> {
        count(1, in);
        yield DoublePoint.newSetQuery(
            FilterFields.number(in.field()),
            in.values().stream().mapToDouble(value -> number(value, in)).toArray());
      }
      case DATE -> {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (String value : in.values()) {
          any.add(date(in.field(), Operator.EQUAL, value, in), Occur.SHOULD);
        }
        yield any.build();
      }
      case TEXT -> throw wholeText(in.field(), in);
    };
  }

  private Query comparison(Comparison comparison) {
    FieldType type = type(comparison.field(), comparison);
    String field = comparison.field();
    Operator operator = comparison.operator();
    String value = comparison.value();
    if (operator == Operator.MATCHES) {
      return terms(type, comparison);
    }
    return switch (type) {
      case KEYWORD -> keyword(FilterFields.keyword(field), operator, value, comparison);
      case NUMBER ->
          number(FilterFields.number(field), operator, number(value, comparison), comparison);
      case DATE -> date(field, operator, value, comparison);
      case TEXT -> throw wholeText(field, comparison);
    };
  }

  private Query keyword(String field, Operator operator, String value, Filter where) {
    count(1, where);
    String term = FilterFields.term(value).utf8ToString();
    return switch (operator) {
      case LESS -> TermRangeQuery.newStringRange(field, null, term, true, false);
      case AT_MOST -> TermRangeQuery.newStringRange(field, null, term, true, true);
      case MORE -> TermRangeQuery.newStringRange(field, term, null, false, true);
      case AT_LEAST -> TermRangeQuery.newStringRange(field, term, null, true, true);
      case EQUAL, MATCHES -> new TermQuery(new Term(field, FilterFields.term(value)));
    };
  }

  private Query number(String field, Operator operator, double value, Filter where) {
    count(1, where);
    double least = Double.NEGATIVE_INFINITY;
    double most = Double.POSITIVE_INFINITY;
    return switch (operator) {
      case LESS -> DoublePoint.newRangeQuery(field, least, DoublePoint.nextDown(value));
      case AT_MOST -> DoublePoint.newRangeQuery(field, least, value);
      case MORE -> DoublePoint.newRangeQuery(field, DoublePoint.nextUp(value), most);
      case AT_LEAST -> DoublePoint.newRangeQuery(field, value, most);
      case EQUAL, MATCHES -> DoublePoint.newExactQuery(field, value);
    };
  }

  private Query date(String field, Operator operator, String value, Filter where) {
    count(1, where);
    FieldDate date =
        FieldDate.parse(value)
            .orElseThrow(
                () ->
                    wrong(
                        where,
                        "expected a date such as 2020-05-17, 2020-05 or 2020-05-17T08:30Z, found '"
                            + value
                            + "'"));
    String points = FilterFields.date(field);
    return switch (operator) {
      case LESS -> LongPoint.newRangeQuery(points, Long.MIN_VALUE, date.from() - 1);
      case AT_MOST -> LongPoint.newRangeQuery(points, Long.MIN_VALUE, date.to() - 1);
      case MORE -> LongPoint.newRangeQuery(points, date.to(), Long.MAX_VALUE);
      case AT_LEAST -> LongPoint.newRangeQuery(points, date.from(), Long.MAX_VALUE);
      case EQUAL, MATCHES -> LongPoint.newRangeQuery(points, date.from(), date.to() - 1);
    };
  }

  private Query terms(FieldType type, Comparison comparison) {
    if (type == FieldType.NUMBER || type == FieldType.DATE) {
      throw wrong(
          comparison,
          "':' looks for terms of a text, but field '%s' is a %s; compare with = < <= > >= or 'in'"
              .formatted(comparison.field(), type));
    }
    Collection<String> terms =
        Terms.counted(analyzer, comparison.value(), Integer.MAX_VALUE).keySet();
    if (terms.isEmpty()) {
      throw wrong(
          comparison,
          "the analysis of the index leaves no term of '%s'; use other words"
              .formatted(comparison.value()));
    }
    count(terms.size(), comparison);
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    String field = FilterFields.terms(comparison.field());
    terms.forEach(term -> all.add(new TermQuery(new Term(field, term)), Occur.FILTER));
    return all.build();
  }

  private static double number(String value, Filter where) {
    return FieldNumber.parse(value)
        .orElseThrow(() -> wrong(where, "expected a number, found '" + value + "'"));
  }

  private FieldType type(String field, Filter where) {
    FieldType type = types.get(field);
    if (type == null) {
      throw wrong(
          where,
          "the index has no field '%s'; it has %s, and every index id, title and uri"
              .formatted(field, fields.isEmpty() ? "none of its own" : listed()));
    }
    return type;
  }

  private String listed() {
    Stream<String> names =
        fields.stream().limit(MAX_LISTED).map(field -> field.name() + " (" + field.type() + ")");
    String rest = fields.size() > MAX_LISTED ? ", … (" + fields.size() + " in all)" : "";
    return names.collect(Collectors.joining(", ")) + rest;
  }

  private void count(int more, Filter where) {
    clauses += more;
    if (clauses > MAX_CLAUSES) {
      throw new InvalidInputException(
          "filter: expected at most "
              + MAX_CLAUSES
              + " conditions; put the values of a field into one 'in (...)'");
    }
  }

  private static InvalidInputException wholeText(String field, Filter where) {
    return wrong(
        where,
        ("field '%s' is a text, which only ':' and 'exists' look into; index with --field"
                + " '%s=keyword' to compare whole values")
            .formatted(field, field));
  }

  private static InvalidInputException wrong(Filter where, String message) {
    return new InvalidInputException("filter, at \"" + where + "\": " + message);
  }
}
