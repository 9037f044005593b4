package dev.geminijava.tests.transparency;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.geminijava.tests.model.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the models which must agree are split at all: the layers, in the order of the text. */
class WhatIsSplitTest {

  private static final Pattern SPLIT =
      Pattern.compile(
          "\\bshards\\d*\\.(?<how>column|row|slice)\\((?<layer>\\w+)(?<parts>, \\d+)?\\)");

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "OwnAttention  | column(query) column(key) column(value) row(out) column(wide) row(narrow)",
        "GatheredLayers | column(wide) column(up) row(down)",
        "ConvolutionsByChannel | column(first) slice(norm) slice(deep) row(second) column(conv) row(out)",
        "HeadsInTurn | column(q) column(k) column(v) row(o)",
        "SizesFromArrays | column(q) column(k) column(v) row(o)",
        "GroupedQueries | column(q) column(k) column(v) row(o)",
        "SummedBranches | column(q) column(k) column(v) row(o) column(up) row(down)"
            + " row(b) column(a) row(d) column(c)",
        "FusedAttention | column(qkv, 3) row(out) column(qkv, 3) row(out) column(qkv, 3) row(out)",
      })
  void splits(String model, String layers) {
    List<String> found = new ArrayList<>();
    Models.compilation().files().stream()
        .filter(f -> f.original().path().endsWith(model + ".java"))
        .forEach(
            f -> {
              Matcher matcher = SPLIT.matcher(f.text());
              while (matcher.find()) {
                found.add(matcher.group().replaceFirst("shards\\d*\\.", ""));
              }
            });
    assertEquals(layers, String.join(" ", found));
  }
}
