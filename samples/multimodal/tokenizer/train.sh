#!/usr/bin/env bash
# Trains the tokenizer's model again; it needs spm_train (Debian: apt install sentencepiece).
set -euo pipefail
cd "$(dirname "$0")"
text=$(mktemp)
trap 'rm -f "$text" words.model words.vocab' EXIT

# What the sample says, each sentence often enough to give its words pieces of their own …
for _ in {1..20}; do
  for color in red green blue yellow; do
    for shape in circle square triangle cross; do
      for size in small large; do echo "a $size $color $shape"; done
      for way in left right up down; do echo "a $color $shape moves $way"; done
    done
  done
  for timbre in soft hollow sharp; do
    for note in do re mi fa sol la si; do echo "a $timbre $note"; done
  done
  printf '%s\n' 'what is this?' 'what do you hear?' 'what happens?' 'draw'
done >"$text"
# … and English, for what else may be asked.
sed 's/[`*|#]//g' ../../../docs/*.md >>"$text"

spm_train --input="$text" --model_prefix=words --model_type=unigram --vocab_size=768 \
  --character_coverage=1.0 --pad_id=3 --num_threads=1 --shuffle_input_sentence=false \
  --user_defined_symbols='<image>,</image>,<image-token>,<audio>,</audio>,<audio-token>,<video>,</video>,<video-token>' \
  --minloglevel=1
mv words.model ../src/main/resources/gemini/multimodal/words.model
