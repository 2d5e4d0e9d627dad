/** Sluice: context. */
package dev.sluice.context;
