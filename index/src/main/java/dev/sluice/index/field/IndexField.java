package dev.sluice.index.field;

/**
 * A field of the documents of an index.
 *
 * @param name as the documents have it
 * @param type of its values
 * @param declared whether the type was given; otherwise it was inferred, and a later value that
 *     does not fit makes it a wider one
 * @param documents how many documents have a value
 */
public record IndexField(String name, FieldType type, boolean declared, long documents) {}
