package dev.geminijava.runtime;

import ai.djl.Model;
import dev.geminijava.runtime.train.GeminiModel;

/**
 * Makes one model parallel from within a program, with gemini-runtime before DJL on the class path:
 *
 * <pre>{@code
 * model = new GeminiCompiler().compile(model,
 *     GeminiConfig.builder().mode(ParallelMode.SHARDING_AND_PIPELINE)
 *         .shardingSize(4).pipelineDegree(8).build());
 * }</pre>
 *
 * <p>DJL's own blocks are ready to be cut and split. Blocks of the program are, too, if its sources
 * went through {@code gemini-java}; otherwise each runs as a whole.
 */
public final class GeminiCompiler {

  /**
   * Makes a model parallel.
   *
   * @param model any DJL model on the PyTorch engine
   * @param config how to run it
   * @return a model with the same block, whose trainers and predictors run on the mesh
   * @throws IllegalStateException if DJL stands before gemini-runtime on the class path
   */
  public Model compile(Model model, GeminiConfig config) {
    return GeminiModel.of(model, config);
  }
}
