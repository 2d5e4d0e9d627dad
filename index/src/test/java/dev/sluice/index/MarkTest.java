package dev.sluice.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MarkTest {

  private static List<Mark> marks(Random random, int length) {
    List<Mark> marks = new ArrayList<>();
    for (int at = random.nextInt(5); at < length; at += 1 + random.nextInt(6)) {
      int from = random.nextInt(100);
      marks.add(new Mark(at, Place.time(from, from + random.nextInt(9))));
    }
    return marks;
  }

  /** The place of a range, offset by offset. */
  private static Optional<Place> expected(List<Mark> marks, int from, int to) {
    Optional<Place> place = Optional.empty();
    for (int i = from; i < to; i++) {
      for (Mark mark : marks.reversed()) {
        if (mark.at() <= i) {
          place = Optional.of(place.isEmpty() ? mark.place() : place.get().join(mark.place()));
          break;
        }
      }
    }
    return place;
  }

  @Test
  void thePlaceOfARangeIsThatOfAllMarksInForceInIt() {
    Random random = new Random(5);
    for (int i = 0; i < 2000; i++) {
      List<Mark> marks = marks(random, 40);
      int from = random.nextInt(40);
      int to = from + 1 + random.nextInt(20);
      assertEquals(expected(marks, from, to), Mark.place(marks, from, to), () -> marks + "");
    }
  }

  @Test
  void marksOfOverlappingPartsAreThoseOfTheWhole() {
    Random random = new Random(6);
    for (int i = 0; i < 500; i++) {
      List<Mark> marks = marks(random, 40);
      List<Mark> merged = Mark.merge(Mark.within(marks, 20, 40), Mark.within(marks, 0, 25));
      for (int at = 0; at < 40; at++) {
        assertEquals(Mark.place(marks, at, at + 1), Mark.place(merged, at, at + 1));
      }
    }
  }

  @Test
  void placesAreShownAsPeopleFindThem() {
    assertEquals("12:34-12:51", Place.time(754_900, 771_000).toString());
    assertEquals("1:02:03-1:02:20", Place.time(3_723_000, 3_740_999).toString());
    assertEquals("p. 12", Place.page(12).toString());
    assertEquals("pp. 12-13", Place.page(12).join(Place.page(13)).toString());
    assertEquals("slide 3", Place.slide(3).toString());
  }

  @Test
  void marksOutOfOrderAreRefused() {
    List<Mark> backwards = List.of(new Mark(3, Place.page(1)), new Mark(2, Place.page(2)));
    List<Mark> outside = List.of(new Mark(9, Place.page(1)));
    List<Mark> mixed = List.of(new Mark(0, Place.page(1)), new Mark(1, Place.slide(2)));
    for (List<Mark> wrong : List.of(backwards, outside, mixed)) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new Document("d", "", "text", Map.of(), "", List.of(), wrong));
    }
  }
}
