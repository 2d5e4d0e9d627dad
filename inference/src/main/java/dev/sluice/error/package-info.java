/**
 * What can go wrong, by kind. Every message names the file or argument, what was expected, what was
 * found and what to do. The package lives in the lowest module so that all of them share it.
 */
package dev.sluice.error;
