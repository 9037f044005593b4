package dev.geminijava.passes.pass;

/**
 * Something that a pass finds out and later passes need.
 *
 * @param name what it is called in messages
 * @param type what it is
 * @param <T> what it is
 */
public record Fact<T>(String name, Class<T> type) {}
