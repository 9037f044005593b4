package dev.geminijava.cli.plan;

import java.util.Locale;

/** How a layer lies over the ranks of its stage. */
public enum Split {
  /** Every rank computes all of it. */
  WHOLE("whole on every rank"),
  /** Each rank has some of the output features. */
  COLUMN("split by output features"),
  /** Each rank has some of the input features; partial sums are added up. */
  ROW("split by input features, partial sums added up"),
  /** Each rank has some of the output features, which are put together at once. */
  GATHERED("split by output features, put together at once"),
  /** No weight of its own is split, but it works on values that are. */
  BETWEEN("works on split values");

  private final String meaning;

  Split(String meaning) {
    this.meaning = meaning;
  }

  /** The name in texts and JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it means, in words. */
  public String meaning() {
    return meaning;
  }
}
