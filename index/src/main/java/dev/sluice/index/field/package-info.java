/** The fields of documents: types, values, and how types are inferred. */
package dev.sluice.index.field;
