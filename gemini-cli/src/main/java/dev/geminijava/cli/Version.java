package dev.geminijava.cli;

/** The version of this program. */
public final class Version {

  /** As in the build. */
  public static final String NUMBER = "0.1.0";

  private Version() {}
}
