package dev.geminijava.passes.plan;

/**
 * A place where a stage of the pipeline may end.
 *
 * @param line in the source, counted from one
 * @param layer the call after which it stands, as written
 */
public record Cut(int line, String layer) {}
