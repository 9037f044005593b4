# gemini-java: `make` alone lists what there is to make.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PREFIX ?= $(HOME)/.local
MVN ?= mvn -B -ntp

DIST := gemini-cli/target/dist
GEMINI := $(DIST)/bin/gemini-java
BUILT := target/built
SOURCES := $(shell find pom.xml gemini-*/pom.xml gemini-*/src/main gemini-runtime/torch/pom.xml gemini-runtime/torch/src/main -type f)
DJL_SOURCES := gemini-runtime/target/djl-sources/api-sources.jar

SIZE ?= large
EPOCHS ?= $(if $(filter large,$(SIZE)),4,15)
ARGS ?=
PROMPT ?= draw a large red circle
ROUNDS ?= 6
ONLY ?=
FAULTS ?=
MODELS ?= 500
SEED ?= 1

##@ Use
.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z_\/]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' Makefile
	@printf '\nVariables: SIZE=tiny|base|large  EPOCHS=N  ARGS="options of gemini-java"  PREFIX=%s\n' "$(PREFIX)"

.PHONY: samples/bert
samples/bert: build ## train BERT on 4 virtual devices, sharded and pipelined (SIZE, EPOCHS, ARGS)
	$(GEMINI) --mode=sharding_and_pipeline --sharding-size=2 --pipeline-degree=2 --devices=cpu:4 \
	  --micro-batches=4 $(ARGS) samples/bert/BertRunner.java $(SIZE) $(EPOCHS) $(DJL_SOURCES)

.PHONY: samples/mnist
samples/mnist: build ## train a digit reader on 2 virtual devices, pipelined (ARGS)
	$(GEMINI) --mode=pipeline --pipeline-degree=2 --devices=cpu:2 $(ARGS) samples/mnist/MnistRunner.java

.PHONY: samples/dump_ast
samples/dump_ast: build ## the syntax tree of a small model, as text and as a picture
	$(GEMINI) dump-ast samples/dump_ast/TwoLayers.java
	@mkdir -p target/samples
	@if command -v dot >/dev/null; then \
	  $(GEMINI) dump-ast --format=svg samples/dump_ast/TwoLayers.java >target/samples/TwoLayers.svg; \
	  echo 'As a picture: target/samples/TwoLayers.svg'; \
	else \
	  $(GEMINI) dump-ast --format=dot samples/dump_ast/TwoLayers.java >target/samples/TwoLayers.dot; \
	  echo 'For a picture, "make init" installs Graphviz. Until then: target/samples/TwoLayers.dot'; \
	fi

MULTIMODAL := samples/multimodal/src/main
SAMPLE := $(MULTIMODAL)/java/gemini/multimodal/sample

.PHONY: samples/multimodal
samples/multimodal: build ## train one model to name and draw pictures, to name tones and motion (ARGS)
	$(GEMINI) $(or $(ARGS),--mode=none) -cp $(MULTIMODAL)/resources $(SAMPLE)/TrainModalities.java

.PHONY: samples/generate
samples/generate: export ASKED = $(PROMPT)
samples/generate: build ## let that model answer PROMPT, token by token (ARGS="--top-k=5 --seed=3")
	@$(GEMINI) --mode=none -cp $(MULTIMODAL)/resources $(SAMPLE)/Generate.java $(ARGS) "$$ASKED"

.PHONY: samples/tokenizer
samples/tokenizer: build ## mixed input as tokens, and back
	$(GEMINI) --mode=none -cp $(MULTIMODAL)/resources $(SAMPLE)/Tokenize.java

GATES := target/samples/gates.jar

.PHONY: samples/plugin
samples/plugin: $(GATES) ## a pass, rules and a check of one's own, in a jar beside gemini-java
	$(GEMINI) passes --plugin=$(GATES)
	$(GEMINI) lint --plugin=$(GATES) --list
	$(GEMINI) --mode=sharding --sharding-size=2 --plugin=$(GATES) samples/plugin/GatedRunner.java

$(GATES): $(BUILT) $(shell find samples/plugin/extension -type f)
	@rm -rf target/samples/gates
	@mkdir -p target/samples/gates
	javac -Xlint:all -Werror -d target/samples/gates -cp '$(DIST)/lib/gemini-java/gemini-cli.jar:$(DIST)/lib/gemini-java/on-board/*' \
	  $$(find samples/plugin/extension -name '*.java')
	cd samples/plugin/extension && cp -r META-INF gemini-codes ../../../target/samples/gates/
	jar --create --file $@ -C target/samples/gates .

.PHONY: install
install: build ## gemini-java into PREFIX/bin
	@mkdir -p "$(PREFIX)/bin" "$(PREFIX)/lib"
	@rm -rf "$(PREFIX)/lib/gemini-java"
	cp -Rp $(DIST)/lib/gemini-java "$(PREFIX)/lib/"
	cp -p $(GEMINI) "$(PREFIX)/bin/"
	@sh "$(PREFIX)/lib/gemini-java/archive.sh"
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) \
	  echo 'Not on your PATH yet: export PATH="$(PREFIX)/bin:$$PATH"' ;; esac

##@ Work on it
.PHONY: init
init: build ## get what is optional (Graphviz, Chromium), fetch and compile all the rest
	@sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	if command -v dot >/dev/null; then echo 'Graphviz: there'; \
	elif command -v apt-get >/dev/null && $$sudo apt-get update -q && $$sudo apt-get install -y -q graphviz; then echo 'Graphviz: installed'; \
	else echo 'Graphviz: not installed; pictures need it, nothing else does'; fi; \
	if command -v chromium >/dev/null; then echo 'Chromium: there'; \
	elif command -v apt-get >/dev/null && $$sudo apt-get install -y -q chromium; then echo 'Chromium: installed'; \
	else echo 'Chromium: not installed; tests of pages are skipped without it'; fi
	$(MVN) -q test-compile
	@echo 'Maven: everything fetched and compiled'

.PHONY: build
build: $(BUILT) ## compile and assemble gemini-java

$(BUILT): $(SOURCES)
	$(MVN) -q -pl gemini-cli -am package -Dmaven.test.skip=true
	@mkdir -p $(@D)
	@touch $@

.PHONY: tests
tests: ## every test
	$(MVN) verify

.PHONY: lint
lint: build $(GATES) ## formatting and static analysis of this project
	$(MVN) -q spotless:check
	$(MVN) -q -Plint test-compile
	@mkdir -p target/lint/samples
	for sample in samples/*/*.java; do \
	  javac -Xlint:all -Werror -d target/lint/samples -cp '$(DIST)/lib/gemini-java/on-board/*:$(GATES)' "$$sample"; \
	done
	$(GEMINI) lint -cp gemini-passes/target/classes --plugin $(GATES) --fail-on=note \
	  $(filter-out samples/multimodal/,$(wildcard samples/*/)) $(MULTIMODAL)

.PHONY: format
format: ## bring all Java sources into the project's format
	$(MVN) -q spotless:apply

.PHONY: bench
bench: build ## speed and memory against plain DJL, as ratios (ROUNDS, ONLY=ENCODER|BERT|MULTIMODAL|PLAIN)
	$(MVN) -q -pl tests,samples/multimodal -am test-compile
	cd tests && java -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
	  -cp 'target/test-classes:../$(DIST)/lib/gemini-java/gemini-cli.jar:../$(DIST)/lib/gemini-java/gemini-runtime.jar:../$(DIST)/lib/gemini-java/on-board/*' \
	  dev.geminijava.tests.bench.Bench $(ROUNDS) ../target/bench.json $(ONLY)
	OMP_NUM_THREADS=1 java -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
	  -cp 'samples/multimodal/target/test-classes:samples/multimodal/target/classes:$(DIST)/lib/gemini-java/on-board/*' \
	  gemini.multimodal.Bench $(ROUNDS) target/bench-multimodal.json
	@echo 'The same as JSON: target/bench.json target/bench-multimodal.json'

.PHONY: soak
soak: build ## random models, compiled and run in every mode (MODELS, SEED)
	$(MVN) -q -pl tests -am test-compile
	java -Xmx3g -Dorg.slf4j.simpleLogger.defaultLogLevel=off -cp 'tests/target/test-classes:$(DIST)/lib/gemini-java/gemini-cli.jar:$(DIST)/lib/gemini-java/gemini-runtime.jar:$(DIST)/lib/gemini-java/on-board/*' \
	  dev.geminijava.tests.random.Soak $(MODELS) $(SEED)

.PHONY: mutants
mutants: build ## how many faults put into the compiler's output verify rejects (FAULTS=number, all if empty)
	$(MVN) -q -pl tests -am test-compile
	cd tests && java -Xmx2g -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
	  -cp 'target/test-classes:../$(DIST)/lib/gemini-java/gemini-cli.jar:../$(DIST)/lib/gemini-java/gemini-runtime.jar:../$(DIST)/lib/gemini-java/on-board/*' \
	  dev.geminijava.tests.mutation.MutationScore $(FAULTS)

GPU_BUNDLE := target/gpu-check
JRE_MODULES := java.base,java.logging,java.management,java.xml,jdk.management,jdk.unsupported

.PHONY: gpu-check
gpu-check: build ## every check and measurement that needs GPUs, in one table
	$(MVN) -q -pl tests -am test-compile
	OMP_NUM_THREADS=1 java -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
	  -cp 'tests/target/test-classes:$(DIST)/lib/gemini-java/gemini-runtime.jar:$(DIST)/lib/gemini-java/on-board/*' \
	  dev.geminijava.tests.gpu.GpuCheck

.PHONY: gpu-bundle
gpu-bundle: build ## the same packed with a Java runtime, for a machine with a driver and libtorch only
	$(MVN) -q -pl tests -am test-compile
	@rm -rf $(GPU_BUNDLE) $(GPU_BUNDLE).tar.gz
	@mkdir -p $(GPU_BUNDLE)/lib
	jlink --add-modules $(JRE_MODULES) --compress=2 --strip-debug --no-header-files --no-man-pages \
	  --output $(GPU_BUNDLE)/jre
	cp $(DIST)/lib/gemini-java/gemini-runtime.jar $(GPU_BUNDLE)/lib/
	cp $$(ls $(DIST)/lib/gemini-java/on-board/*.jar | grep -v pytorch-native) $(GPU_BUNDLE)/lib/
	jar --create --file $(GPU_BUNDLE)/lib/gpu-check.jar \
	  -C tests/target/test-classes dev/geminijava/tests/gpu -C tests/target/test-classes dev/geminijava/tests/model/Dropouts.class
	cp tests/src/main/scripts/gpu-check $(GPU_BUNDLE)/
	@unzip -p $(GPU_BUNDLE)/lib/pytorch-jni-*.jar jnilib/pytorch.properties | sed -n 's/jni_version=\([0-9.]*\).*/\1/p' >$(GPU_BUNDLE)/torch-version
	@unzip -l $(GPU_BUNDLE)/lib/pytorch-jni-*.jar | sed -n 's:.*linux-x86_64/\(cu[0-9]*\)/$$:\1:p' | tail -1 >$(GPU_BUNDLE)/cuda-flavor
	tar -C $(dir $(GPU_BUNDLE)) -czf $(GPU_BUNDLE).tar.gz $(notdir $(GPU_BUNDLE))
	@size=$$(stat -c %s $(GPU_BUNDLE).tar.gz); echo "$(GPU_BUNDLE).tar.gz: $$((size / 1048576)) MiB"; \
	if [ $$size -ge $$((60 * 1048576)) ]; then echo 'more than 60 MiB'; exit 1; fi

.PHONY: bench/compile
bench/compile: build ## how long all passes take, over 650 lines of models and over the whole of DJL
	$(MVN) -q -pl gemini-passes test-compile dependency:build-classpath -Dmdep.outputFile=target/class-path
	java -cp "gemini-passes/target/classes:gemini-passes/target/test-classes:$$(cat gemini-passes/target/class-path)" \
	  dev.geminijava.passes.CompileBench gemini-passes/target/djl-sources \
	  $(foreach model,TinyGpt AttentionStyles SmallLlama,tests/src/test/resources/programs/$(model).java)

.PHONY: bench/search
bench/search: ## how long the search takes for 48 transformer layers
	$(MVN) -q -pl gemini-passes test-compile dependency:build-classpath -Dmdep.outputFile=target/class-path
	java -cp "gemini-passes/target/classes:gemini-passes/target/test-classes:$$(cat gemini-passes/target/class-path)" \
	  dev.geminijava.passes.shard.search.SearchBench

.PHONY: clean
clean: ## remove everything that was built
	rm -rf target */target
