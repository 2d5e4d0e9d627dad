package dev.sluice.index.lexical;

import dev.sluice.index.field.FieldDate;
import dev.sluice.index.field.FieldNumber;
import dev.sluice.index.field.FieldType;
import dev.sluice.index.field.FieldValue;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.DoublePoint;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.util.BytesRef;

/**
 * The fields that filters look into, in the lexical index. A field of documents has a field of
 * Lucene for each form in which it is indexed; the first character tells which.
 */
final class FilterFields {

  /** Names of the fields that the document has values of, as terms. */
  static final String PRESENT = "fields";

  static final String ID = "id";
  static final String TITLE = "title";
  static final String URI = "uri";

  private FilterFields() {}

  /** Whole values as terms. */
  static String keyword(String field) {
    return "=" + field;
  }

  /** Numbers as points. */
  static String number(String field) {
    return "#" + field;
  }

  /** Milliseconds since 1970 as points. */
  static String date(String field) {
    return "@" + field;
  }

  /** Values as analysed terms. */
  static String terms(String field) {
    return field.equals(TITLE) ? LexicalFields.TITLE : "~" + field;
  }

  /** The term of a whole value. */
  static BytesRef term(String value) {
    return new BytesRef(
        value.length() <= FieldType.MAX_KEYWORD
            ? value
            : value.substring(0, FieldType.MAX_KEYWORD));
  }

  /** Adds the fields of a passage; its title has been added as terms already. */
  static void add(Document to, String title, DocumentFields fields) {
    addKeyword(to, ID, fields.id());
    addTerms(to, ID, fields.id());
    addPresent(to, ID);
    if (!title.isBlank()) {
      addKeyword(to, TITLE, title);
      addPresent(to, TITLE);
    }
    if (!fields.uri().isBlank()) {
      addKeyword(to, URI, fields.uri());
      addTerms(to, URI, fields.uri());
      addPresent(to, URI);
    }
    String last = "";
    for (FieldValue value : fields.values()) {
      value.forms().forEach(form -> add(to, value, form));
      if (!value.field().equals(last)) {
        addPresent(to, value.field());
        last = value.field();
      }
    }
  }

  private static void add(Document to, FieldValue value, FieldType form) {
    String field = value.field();
    switch (form) {
      case KEYWORD -> addKeyword(to, field, value.text());
      case TEXT -> addTerms(to, field, value.text());
      case NUMBER ->
          to.add(new DoublePoint(number(field), FieldNumber.parse(value.text()).orElseThrow()));
      case DATE ->
          to.add(new LongPoint(date(field), FieldDate.parse(value.text()).orElseThrow().from()));
    }
  }

  private static void addKeyword(Document to, String field, String value) {
    to.add(new StringField(keyword(field), term(value), Field.Store.NO));
  }

  private static void addTerms(Document to, String field, String value) {
    to.add(new TextField(terms(field), value, Field.Store.NO));
  }

  private static void addPresent(Document to, String field) {
    to.add(new StringField(PRESENT, field, Field.Store.NO));
  }
}
