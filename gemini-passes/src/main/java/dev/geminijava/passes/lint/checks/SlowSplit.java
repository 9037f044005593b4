package dev.geminijava.passes.lint.checks;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.diagnostic.Severity;
import dev.geminijava.passes.lint.Check;
import dev.geminijava.passes.lint.LintUnit;
import dev.geminijava.passes.model.ClassCode;
import dev.geminijava.passes.plan.LayerChoice.Basis;
import dev.geminijava.passes.plan.SplitForecast;
import dev.geminijava.passes.shard.Sharding;
import dev.geminijava.passes.shard.Target;
import dev.geminijava.passes.shard.Workload;
import dev.geminijava.passes.shard.search.CostModel;
import dev.geminijava.passes.shard.search.Machine;
import java.util.List;

/** Finds layers whose split costs more in communication than it saves. */
public final class SlowSplit implements Check {

  @Override
  public String code() {
    return SplitForecast.CODE;
  }

  @Override
  public String title() {
    return "a split that is predicted to be slower than none";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  /** Says nothing where the number of shards is not known, or the layers' features are not. */
  @Override
  public List<Diagnostic> run(LintUnit unit) {
    int shards = unit.degrees().shards().orElse(1);
    if (shards == 1) {
      return List.of();
    }
    Target target = Target.of(new CostModel(Machine.VIRTUAL_CPU, shards));
    Sharding sharding = new Sharding(unit.program(), unit.rules(), Workload.UNKNOWN, target);
    return unit.classes().stream()
        .filter(ClassCode::isBlock)
        .flatMap(type -> sharding.of(type).forecasts().stream())
        .filter(forecast -> forecast.basis() != Basis.NOTHING && forecast.isSlower())
        .map(SplitForecast::warning)
        .toList();
  }
}
