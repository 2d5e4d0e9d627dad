/** Training data: what people wrote, and the passages that the first stages find for it. */
package dev.sluice.distill.data;
