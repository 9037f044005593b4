package dev.geminijava.passes.shard.search;

/** How a layer may be computed by the ranks of a shard group. */
public enum Split {
  /** Every rank computes all of it. */
  WHOLE("whole", false, false),
  /** Every rank has all of the input and computes a slice of the output features. */
  COLUMN("column", false, true),
  /** Every rank has a slice of the input features; the results are added up. */
  ROW("row", true, false),
  /** Every rank does the same to its slice. */
  SLICE("slice", true, true);

  private final String label;
  private final boolean takesSlice;
  private final boolean givesSlice;

  Split(String label, boolean takesSlice, boolean givesSlice) {
    this.label = label;
    this.takesSlice = takesSlice;
    this.givesSlice = givesSlice;
  }

  /** What it is called in plans and insertions. */
  public String label() {
    return label;
  }

  /** Whether the layer works on a slice of its input. */
  public boolean takesSlice() {
    return takesSlice;
  }

  /** Whether a slice of the result is left on each rank. */
  public boolean givesSlice() {
    return givesSlice;
  }
}
