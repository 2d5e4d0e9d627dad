package dev.sluice.index.field;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fields of an index while it is written. Types are declared, or inferred from the values:
 *
 * <ul>
 *   <li>a <b>number</b>, while all values are numbers as JSON writes them, whole ones up to 2^53
 *   <li>a <b>date</b>, while all values are ISO-8601 days or times
 *   <li>a <b>keyword</b> otherwise
 *   <li>a <b>text</b> as soon as a value has a line break or more than {@value #MAX_INFERRED}
 *       characters
 * </ul>
 *
 * So an inferred type only ever widens: number or date, keyword, text. Values of inferred fields
 * are indexed as what the field may turn to, too, so that widening leaves the earlier documents as
 * they are. A JSON array stands for several values, and a blank value for none. Metadata named as a
 * {@linkplain #BUILT_IN built-in field} is hidden by it. Not safe for use by several threads.
 */
public final class FieldCatalog {

  /** What every document has of its own; keywords. */
  public static final List<String> BUILT_IN = List.of("id", "title", "uri");

  private static final int MAX_INFERRED = 256;

  /** Each field takes room in every segment of the lexical index. */
  private static final int MAX_FIELDS = 1_000;

  private final SortedMap<String, Entry> entries = new TreeMap<>();
  private final Set<String> tooMany = new HashSet<>();
  private final boolean contradicted;

  private static final class Entry {
    FieldType type;
    final boolean declared;
    long documents;

    Entry(FieldType type, boolean declared, long documents) {
      this.type = type;
      this.declared = declared;
      this.documents = documents;
    }
  }

  /**
   * The fields of a document, and why some values are not among them.
   *
   * @param problems messages that say which value was expected and found
   */
  public record Fields(List<FieldValue> values, List<String> problems) {
    public Fields {
      values = List.copyOf(values);
      problems = List.copyOf(problems);
    }
  }

  /**
   * @param fields those that the index has so far
   * @param declared types by name; they win over those that the index has
   */
  public FieldCatalog(List<IndexField> fields, Map<String, FieldType> declared) {
    for (IndexField field : fields) {
      entries.put(field.name(), new Entry(field.type(), field.declared(), field.documents()));
    }
    boolean differs = false;
    for (Map.Entry<String, FieldType> each : declared.entrySet()) {
      Entry old = entries.get(each.getKey());
      differs |= old != null && old.documents > 0 && old.type != each.getValue();
      long documents = old == null ? 0 : old.documents;
      entries.put(each.getKey(), new Entry(each.getValue(), true, documents));
    }
    contradicted = differs;
  }

  /** Whether a field is declared otherwise than the documents of the index have it. */
  public boolean isContradicted() {
    return contradicted;
  }

  /** Forgets all but the declared types, before all documents are added anew. */
  public void restart() {
    entries.values().removeIf(entry -> !entry.declared);
    entries.values().forEach(entry -> entry.documents = 0);
    tooMany.clear();
  }

  /** Takes in the metadata of a document. */
  public Fields add(Map<String, String> metadata) {
    List<FieldValue> values = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    new TreeMap<>(metadata)
        .forEach((name, text) -> add(name, FieldValues.of(text), values, problems));
    return new Fields(values, problems);
  }

  private void add(String name, List<String> texts, List<FieldValue> to, List<String> problems) {
    if (texts.isEmpty() || BUILT_IN.contains(name)) {
      return;
    }
    Entry entry = entries.get(name);
    if (entry == null) {
      if (entries.size() >= MAX_FIELDS) {
        if (tooMany.add(name)) {
          problems.add(
              "field '%s': an index has at most %d fields; declare those to filter by with --field"
                  .formatted(name, MAX_FIELDS));
        }
        return;
      }
      entry = new Entry(inferred(texts.getFirst()), false, 0);
      entries.put(name, entry);
    }
    boolean any = false;
    for (String text : texts) {
      if (entry.declared ? fits(entry.type, text) : widened(entry, text)) {
        to.add(new FieldValue(name, text, forms(entry)));
        any = true;
      } else {
        problems.add(
            "field '%s': expected a %s, found '%s'; the document is indexed without this value"
                .formatted(name, entry.type, shortened(text)));
      }
    }
    entry.documents += any ? 1 : 0;
  }

  /** Takes out the metadata of a document that was added before. */
  public void remove(Map<String, String> metadata) {
    metadata.forEach(
        (name, text) -> {
          Entry entry = entries.get(name);
          boolean counted =
              entry != null
                  && FieldValues.of(text).stream()
                      .anyMatch(value -> !entry.declared || fits(entry.type, value));
          if (counted) {
            entry.documents--;
          }
        });
  }

  private static boolean fits(FieldType type, String text) {
    return switch (type) {
      case NUMBER -> FieldNumber.parse(text).isPresent();
      case DATE -> FieldDate.parse(text).isPresent();
      case KEYWORD, TEXT -> true;
    };
  }

  private static boolean widened(Entry entry, String text) {
    FieldType own = inferred(text);
    if (entry.type != own && entry.type != FieldType.TEXT) {
      entry.type = own == FieldType.TEXT ? FieldType.TEXT : FieldType.KEYWORD;
    }
    return true;
  }

  private static FieldType inferred(String text) {
    if (FieldNumber.isEvident(text)) {
      return FieldType.NUMBER;
    }
    if (FieldDate.isEvident(text)) {
      return FieldType.DATE;
    }
    boolean isLong = text.length() > MAX_INFERRED || text.lines().skip(1).findAny().isPresent();
    return isLong ? FieldType.TEXT : FieldType.KEYWORD;
  }

  private static Set<FieldType> forms(Entry entry) {
    return switch (entry.type) {
      case TEXT -> Set.of(FieldType.TEXT);
      case KEYWORD -> Set.of(FieldType.KEYWORD, FieldType.TEXT);
      case NUMBER, DATE ->
          entry.declared
              ? Set.of(entry.type)
              : Set.of(entry.type, FieldType.KEYWORD, FieldType.TEXT);
    };
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  /** All fields, by name. */
  public List<IndexField> fields() {
    List<IndexField> fields = new ArrayList<>(entries.size());
    entries.forEach(
        (name, entry) ->
            fields.add(new IndexField(name, entry.type, entry.declared, entry.documents)));
    return fields;
  }
}
