package dev.geminijava.passes;

import dev.geminijava.passes.diagnostic.Diagnostic;
import dev.geminijava.passes.djl.HookEngine;
import dev.geminijava.passes.front.Program;
import dev.geminijava.passes.pass.CutStages;
import dev.geminijava.passes.pass.FuseLoss;
import dev.geminijava.passes.pass.Pass;
import dev.geminijava.passes.pass.PassPipeline;
import dev.geminijava.passes.pass.ReadModels;
import dev.geminijava.passes.pass.SplitLayers;
import dev.geminijava.passes.pass.SplitLayers.Decisions;
import dev.geminijava.passes.pass.Unit;
import dev.geminijava.passes.pass.WrapModels;
import dev.geminijava.passes.plan.Plan;
import dev.geminijava.passes.shard.RuleTable;
import dev.geminijava.passes.shard.ShardedClass;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Java in, parallel Java out. Nothing of the program is loaded or run.
 *
 * @param classPath what the sources need to compile, DJL included
 * @param options what to do
 */
public record Compiler(List<Path> classPath, Options options) {

  /** Keeps its own copy. */
  public Compiler {
    classPath = List.copyOf(classPath);
  }

  /** The passes in the order in which they run. */
  public PassPipeline passes() {
    RuleTable rules = rules();
    List<Pass> passes = new ArrayList<>();
    passes.add(new WrapModels());
    passes.add(new CutStages());
    passes.add(new ReadModels());
    passes.add(new SplitLayers(rules, options.target(), options.library()));
    passes.add(new FuseLoss());
    if (options.engine()) {
      passes.add(new HookEngine());
    }
    passes.addAll(options.plugins().passes());
    passes.removeIf(pass -> options.without().contains(pass.name()));
    return new PassPipeline(passes);
  }

  /** The rules for layers and methods, those of plug-ins included. */
  public RuleTable rules() {
    return RuleTable.load().plus(options.plugins().layers(), options.plugins().operations());
  }

  /** Compiles sources that belong together. A file that javac rejects stays as it is. */
  public Compilation compile(List<SourceFile> files) {
    Program program = Program.of(files, classPath);
    PassPipeline.Run run = passes().run(program);
    Unit unit = run.unit();
    List<Diagnostic> diagnostics = new ArrayList<>(program.diagnostics());
    diagnostics.addAll(unit.notes());
    List<ShardedClass> splits =
        unit.found(SplitLayers.DECISIONS).map(Decisions::classes).orElse(List.of());
    return new Compilation(
        files.stream().map(file -> new CompiledFile(file, unit.edits(file))).toList(),
        diagnostics,
        Plan.of(splits, unit.edits()),
        splits,
        run.reports());
  }
}
