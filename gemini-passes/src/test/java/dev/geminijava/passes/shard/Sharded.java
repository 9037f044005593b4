package dev.geminijava.passes.shard;

import dev.geminijava.passes.Rewriting;
import dev.geminijava.passes.pass.ReadModels;
import dev.geminijava.passes.pass.SplitLayers;
import dev.geminijava.passes.source.SourceFile;
import java.nio.file.Path;
import java.util.List;

/** A block written by hand, and what becomes of it. */
final class Sharded {

  private static final String IMPORTS =
      """
      import ai.djl.ndarray.*;
      import ai.djl.ndarray.index.NDIndex;
      import ai.djl.ndarray.types.*;
      import ai.djl.nn.*;
      import ai.djl.nn.convolutional.*;
      import ai.djl.nn.core.*;
      import ai.djl.nn.norm.*;
      import ai.djl.nn.pooling.*;
      import ai.djl.nn.transformer.*;
      import ai.djl.training.ParameterStore;
      import ai.djl.util.PairList;RUNTIME
      import java.util.*;
      import java.util.function.*;
      """;

  private static final String CLASS =
      """

      class Net extends AbstractBlock {
      MEMBERS
        @Override
        protected NDList forwardInternal(
            ParameterStore ps, NDList in, boolean training, PairList<String, Object> params) {
      BODY
        }

        @Override
        public Shape[] getOutputShapes(Shape[] shapes) {
          return shapes;
        }
      }
      """;

  private Sharded() {}

  static String source(String members, String body, String imports) {
    return (IMPORTS.replace("RUNTIME", imports) + CLASS)
        .replace("MEMBERS\n", members.indent(2))
        .replace("BODY\n", body.indent(4));
  }

  /** The block's members and forward become these, and all that must hold holds. */
  static Rewriting becomes(String members, String body, String newMembers, String newBody) {
    String both = newMembers + newBody;
    String imports =
        (both.contains("ShardGroup ") ? " import dev.geminijava.runtime.ShardGroup;" : "")
            + (both.contains("Shards.") ? " import dev.geminijava.runtime.Shards;" : "");
    return run(source(members, body, "")).becomes(source(newMembers, newBody, imports));
  }

  /** The block stays as it is. */
  static Rewriting stays(String members, String body) {
    return run(source(members, body, "")).staysAsItIs();
  }

  static Rewriting run(String source) {
    return Rewriting.of(
        List.of(new ReadModels(), new SplitLayers(RuleTable.load())),
        List.of(new SourceFile(Path.of("Net.java"), source)));
  }
}
