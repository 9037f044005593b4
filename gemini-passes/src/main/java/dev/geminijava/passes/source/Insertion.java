package dev.geminijava.passes.source;

/**
 * One piece of inserted text, at its place in the original.
 *
 * @param offset where, in the original text
 * @param text what
 * @param edit the edit that it is an end of
 */
public record Insertion(int offset, String text, Edit edit) {}
