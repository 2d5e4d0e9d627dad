/** Documents, passages and the index over them: readers, store, lexical index, vectors, commit. */
package dev.sluice.index;
