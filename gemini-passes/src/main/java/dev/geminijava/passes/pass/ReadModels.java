package dev.geminijava.passes.pass;

import dev.geminijava.passes.front.Lift;
import dev.geminijava.passes.model.ProgramCode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the program's classes into the form that the analyses work on. */
public final class ReadModels implements Pass {

  /** The classes of the program. */
  public static final Fact<ProgramCode> CODE = new Fact<>("code", ProgramCode.class);

  @Override
  public String name() {
    return "read-models";
  }

  @Override
  public String description() {
    return "reads what the program's classes compute; inserts nothing";
  }

  @Override
  public Set<Fact<?>> establishes() {
    return Set.of(CODE);
  }

  @Override
  public Outcome run(Unit unit) {
    ProgramCode code = Lift.lift(unit.program());
    return new Outcome(List.of(), List.of(), Map.of(CODE, code));
  }
}
