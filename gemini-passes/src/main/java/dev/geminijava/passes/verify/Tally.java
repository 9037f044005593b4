package dev.geminijava.passes.verify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was looked at, by property, and what did not hold. */
public final class Tally {

  private final Map<Property, Integer> checked = new EnumMap<>(Property.class);
  private final List<Finding> findings = new ArrayList<>();

  /** Counts things that were looked at. */
  void checked(Property property, int count) {
    checked.merge(property, count, Integer::sum);
  }

  /** Notes that one of them does not hold. */
  void found(Finding finding) {
    findings.add(finding);
  }

  /** Adds what another one has. */
  void add(Tally other) {
    other.checked.forEach(this::checked);
    findings.addAll(other.findings);
  }

  /** How many things were looked at; zero where the property says nothing about the text. */
  public int checked(Property property) {
    return checked.getOrDefault(property, 0);
  }

  /** How many of them do not hold. */
  public long failed(Property property) {
    return findings.stream().filter(f -> f.property() == property).count();
  }

  /** All that does not hold. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }
}
