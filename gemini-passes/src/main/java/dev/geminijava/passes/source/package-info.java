/** Texts, places in them, and insertions into them. */
package dev.geminijava.passes.source;
