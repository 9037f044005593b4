package dev.geminijava.runtime.device;

/**
 * One of the parts that have to fit together before a program computes.
 *
 * @param part what it is
 * @param status how it stands
 * @param found what is there
 * @param needed what has to be there; empty if that is so
 * @param cure what to do about it; empty if nothing
 */
public record Link(String part, Status status, String found, String needed, String cure) {

  /** How a part stands. */
  public enum Status {
    /** It is there and fits. */
    GOOD("ok"),
    /** It is not there, and only what needs it misses it. */
    ABSENT("none"),
    /** It is there and cannot be used. */
    WRONG("wrong");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    /** The word for it in a table. */
    @Override
    public String toString() {
      return word;
    }
  }

  /** A part that is as it has to be. */
  public static Link good(String part, String found) {
    return new Link(part, Status.GOOD, found, "", "");
  }

  /** A part that is not there. */
  public static Link absent(String part, String found, String needed, String cure) {
    return new Link(part, Status.ABSENT, found, needed, cure);
  }

  /** A part that cannot be used as it is. */
  public static Link wrong(String part, String found, String needed, String cure) {
    return new Link(part, Status.WRONG, found, needed, cure);
  }

  /** True if nothing has to be done. */
  public boolean isGood() {
    return status == Status.GOOD;
  }

  /** What was found, what is needed and what to do, in a line. */
  public String inWords() {
    return isGood() ? found : "found " + found + ", needed " + needed + ": " + cure;
  }
}
