package dev.geminijava.runtime.train;

import ai.djl.Model;

public final class GeminiModel {

  private GeminiModel() {}

  public static Model of(Model model) {
    return model;
  }
}
