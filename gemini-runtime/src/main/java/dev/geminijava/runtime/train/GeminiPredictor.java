package dev.geminijava.runtime.train;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

/** A predictor whose forward pass runs through the stages. */
final class GeminiPredictor<I, O> extends Predictor<I, O> {

  private final Execution execution;

  GeminiPredictor(Model model, Translator<I, O> translator, Device device, Execution execution) {
    super(model, translator, device, false);
    this.execution = execution;
  }

  @Override
  protected NDList predictInternal(TranslatorContext context, NDList input) {
    return input.isEmpty() ? new NDList() : execution.infer(input);
  }
}
