package dev.geminijava.cli.command;

/** How to show a tree or a graph; the names are those that users write. */
enum Format {
  text,
  dot,
  svg
}
