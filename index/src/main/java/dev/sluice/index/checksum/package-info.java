/**
 * Checksums of the files of an index by block, so that a search never reads a damaged byte without
 * saying so.
 */
package dev.sluice.index.checksum;
