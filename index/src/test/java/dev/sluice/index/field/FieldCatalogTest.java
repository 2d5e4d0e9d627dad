package dev.sluice.index.field;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldCatalogTest {

  private static FieldCatalog empty() {
    return new FieldCatalog(List.of(), Map.of());
  }

  private static IndexField only(FieldCatalog catalog) {
    assertEquals(1, catalog.fields().size());
    return catalog.fields().getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "2020, NUMBER",
    "-1.5e3, NUMBER",
    "0, NUMBER",
    "9007199254740992, NUMBER",
    "9007199254740993000, KEYWORD",
    "007, KEYWORD",
    "+49, KEYWORD",
    "1e999, KEYWORD",
    "12 km, KEYWORD",
    "2020-05-17, DATE",
    "2020-05-17T08:30:00Z, DATE",
    "2020-05-17 08:30:00, DATE",
    "2020-05, KEYWORD",
    "2020-13-17, KEYWORD",
    "en, KEYWORD",
    "true, KEYWORD",
    "[1 and 2], KEYWORD"
  })
  void theTypeFollowsFromTheValue(String value, FieldType type) {
    FieldCatalog catalog = empty();
    catalog.add(Map.of("f", value));
    assertEquals(new IndexField("f", type, false, 1), only(catalog));
  }

  @Test
  void longTextAndLineBreaksMakeAText() {
    for (String value : List.of("x".repeat(257), "one\ntwo")) {
      FieldCatalog catalog = empty();
      catalog.add(Map.of("f", value));
      assertEquals(FieldType.TEXT, only(catalog).type());
    }
  }

  @Test
  void aTypeOnlyWidens() {
    FieldCatalog catalog = empty();
    List<String> values = List.of("1", "2.5", "n/a", "3", "x".repeat(300), "4");
    List<FieldType> types =
        List.of(
            FieldType.NUMBER,
            FieldType.NUMBER,
            FieldType.KEYWORD,
            FieldType.KEYWORD,
            FieldType.TEXT,
            FieldType.TEXT);
    for (int i = 0; i < values.size(); i++) {
      assertEquals(List.of(), catalog.add(Map.of("f", values.get(i))).problems());
      assertEquals(types.get(i), only(catalog).type(), values.get(i));
    }
    assertEquals(values.size(), only(catalog).documents());
  }

  @Test
  void valuesOfInferredFieldsAreIndexedAsWhatTheFieldMayTurnTo() {
    FieldValue value = empty().add(Map.of("f", "1")).values().getFirst();
    assertEquals(Set.of(FieldType.NUMBER, FieldType.KEYWORD, FieldType.TEXT), value.forms());
    FieldCatalog declared = new FieldCatalog(List.of(), Map.of("f", FieldType.NUMBER));
    value = declared.add(Map.of("f", "1")).values().getFirst();
    assertEquals(Set.of(FieldType.NUMBER), value.forms());
  }

  @Test
  void anArrayIsSeveralValuesAndABlankIsNone() {
    FieldCatalog catalog = empty();
    List<FieldValue> values =
        catalog.add(Map.of("tags", "[\"a\", \"b c\", null, \"\", 3]", "blank", "  ")).values();
    assertEquals(List.of("a", "b c", "3"), values.stream().map(FieldValue::text).toList());
    assertEquals(new IndexField("tags", FieldType.KEYWORD, false, 1), only(catalog));
  }

  @Test
  void aValueThatDoesNotFitADeclaredTypeIsToldAndNotCounted() {
    FieldCatalog catalog = new FieldCatalog(List.of(), Map.of("year", FieldType.NUMBER));
    FieldCatalog.Fields fields = catalog.add(Map.of("year", "[1999, \"soon\"]"));
    assertEquals(List.of("1999"), fields.values().stream().map(FieldValue::text).toList());
    assertEquals(1, fields.problems().size());
    String problem = fields.problems().getFirst();
    assertTrue(problem.startsWith("field 'year': expected a number, found 'soon'"), problem);

    catalog.add(Map.of("year", "never"));
    assertEquals(1, only(catalog).documents());
    catalog.remove(Map.of("year", "never"));
    assertEquals(1, only(catalog).documents());
    catalog.remove(Map.of("year", "[1999, \"soon\"]"));
    assertEquals(0, only(catalog).documents());
  }

  @Test
  void declarationsContradictDocumentsOfAnotherType() {
    List<IndexField> had = List.of(new IndexField("f", FieldType.NUMBER, false, 3));
    assertFalse(new FieldCatalog(had, Map.of("f", FieldType.NUMBER)).isContradicted());
    assertFalse(new FieldCatalog(had, Map.of("g", FieldType.TEXT)).isContradicted());
    FieldCatalog contradicted = new FieldCatalog(had, Map.of("f", FieldType.TEXT));
    assertTrue(contradicted.isContradicted());
    contradicted.restart();
    assertEquals(new IndexField("f", FieldType.TEXT, true, 0), only(contradicted));
  }

  @Test
  void fieldsBeyondTheBoundAreToldOnce() {
    FieldCatalog catalog = empty();
    for (int i = 0; i < 1000; i++) {
      assertEquals(List.of(), catalog.add(Map.of("f" + i, "x")).problems());
    }
    String problem = catalog.add(Map.of("more", "x")).problems().getFirst();
    assertTrue(problem.contains("at most 1000 fields"), problem);
    assertEquals(List.of(), catalog.add(Map.of("more", "x")).problems());
    assertEquals(1000, catalog.fields().size());
  }

  @ParameterizedTest
  @CsvSource({
    "1970, 0, 31536000000",
    "1970-02, 2678400000, 5097600000",
    "1970-01-02, 86400000, 172800000",
    "1970-01-01T00:00:01Z, 1000, 1001",
    "1970-01-01T01:00:01+01:00, 1000, 1001",
    "1970-01-01T00:00:01.5, 1500, 1501",
    "1970-01-01 00:01, 60000, 60001",
    "1969-12-31, -86400000, 0"
  })
  void datesMeanAllThatTheyName(String text, long from, long to) {
    assertEquals(new FieldDate(from, to), FieldDate.parse(text).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"20", "2020-5-1", "2020-02-30", "2020-05-17T", "2020-05-17T25:00", "999999999-01-01"})
  void othersAreNoDates(String text) {
    assertTrue(FieldDate.parse(text).isEmpty());
  }
}
