/**
 * The operations that a forward pass of a BERT encoder consists of, each in several implementations
 * that a test holds against each other.
 *
 * <p>Memory is native, rows are contiguous, numbers are little-endian; every segment starts at a
 * multiple of 64 bytes.
 */
package dev.sluice.inference.kernel;
