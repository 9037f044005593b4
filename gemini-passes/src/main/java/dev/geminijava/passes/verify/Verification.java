package dev.geminijava.passes.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was proven after each pass.
 *
 * @param tallies by pass, in the order of the passes
 */
public record Verification(Map<String, Tally> tallies) {

  /** Keeps its own copy. */
  public Verification {
    tallies = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(tallies));
  }

  /**
   * A property that does not hold after a pass.
   *
   * @param pass the first pass after which it does not hold there
   */
  public record Failure(String pass, Finding finding) {}

  /** Everything that does not hold, each once, under the pass after which it appeared. */
  public List<Failure> failures() {
    Map<List<Object>, Failure> first = new LinkedHashMap<>();
    tallies.forEach(
        (pass, tally) ->
            tally
                .findings()
                .forEach(
                    f ->
                        first.putIfAbsent(
                            List.of(
                                f.property(),
                                f.diagnostic().file().path(),
                                f.diagnostic()
                                    .file()
                                    .position(f.diagnostic().span().start())
                                    .line(),
                                f.diagnostic().message()),
                            new Failure(pass, f))));
    return List.copyOf(first.values());
  }

  /** Whether everything holds after every pass. */
  public boolean holds() {
    return tallies.values().stream().allMatch(t -> t.findings().isEmpty());
  }
}
