"""Rows of the table: Go, Rust, the JVM, C, C++, Swift, .NET, and builds of several languages."""

from interlock.shell.validations.row import ALWAYS, DOTS, FILES, FREE, PART, Row

_GO = "-timeout -tags -count -cpu -p -parallel -coverprofile -covermode -coverpkg -o -mod -modfile -ldflags -gcflags -vet -benchtime -shuffle -C -asmflags -pkgdir -fuzztime -outputdir -cpuprofile -memprofile -bench -run -skip -exec -toolexec -overlay -fuzz -list"
_CARGO = "-p --package --features -F --target --target-dir --manifest-path --profile -j --jobs --message-format --color --config -Z --exclude --test --bin --example --bench"
_CARGO_PART = "-p --package --exclude --lib --bin --bins --test --example --examples --bench --doc --no-run --manifest-path --config"
ROWS = {
    # Go
    "go test": Row(DOTS, "-run -skip -short -c -exec -toolexec -overlay -fuzz -args", _GO, "-list -n -h", runner="go", single=True),
    "go build": Row(DOTS, "-toolexec -overlay", _GO, "-n -h", single=True),
    "go vet": Row(DOTS, "-vettool", f"{_GO} -vettool -c", "-n -h", single=True),
    "go install": Row(DOTS, "", _GO, "-n -h", single=True),
    "go generate": Row(DOTS, "-run -skip", _GO, "-n -h", ALWAYS, single=True),
    "go fmt": Row(DOTS, "", _GO, "-h", ALWAYS, "-n", single=True),
    "go fix": Row(DOTS, "", _GO, "-h", ALWAYS, "-diff", single=True),
    "go mod tidy": Row(FREE, "", _GO, "-h", ALWAYS, "-diff", single=True),
    "gotestsum": Row(DOTS, "--rerun-fails -run -short", f"-f --format --junitfile --jsonfile --packages {_GO}", "-h --watch --list", on=True),
    "ginkgo": Row(DOTS, "--focus --skip --label-filter --focus-file --dry-run", "--focus --skip --label-filter --procs", "watch generate bootstrap -h"),
    "gofmt": Row(FILES, "", "-r", "-h", "-w", "-d", single=True),
    "golangci-lint run": Row(PART, "--new --new-from-rev -D --disable --issues-exit-code --tests", "-c --config -E --enable -D --disable --timeout --out-format -p --presets --new-from-rev -j --concurrency --build-tags --issues-exit-code", "-h", "--fix"),
    "staticcheck": Row(DOTS, "-checks", "-checks -f -go -tags", "-h", single=True),
    # Rust
    "cargo test": Row(PART, f"{_CARGO_PART} --skip --ignored --exact --list", f"{_CARGO} --test-threads --skip --format --logfile", "-h", runner="cargo", on=True),
    "cargo nextest run": Row(PART, f"{_CARGO_PART} -E --filterset -P --partition --no-tests", f"{_CARGO} -E --filterset -P --partition --no-tests --retries", "-h"),
    "cargo build": Row(PART, "", _CARGO, "-h --build-plan"),
    "cargo check": Row(PART, "-p --package --exclude --manifest-path", _CARGO, "-h"),
    "cargo clippy": Row(PART, "-p --package --exclude --manifest-path --no-deps -A --cap-lints", f"{_CARGO} -A -D -W -F --cap-lints", "-h", "--fix", on=True),
    "cargo bench": Row(PART, _CARGO_PART, _CARGO, "-h", on=True),
    "cargo doc": Row(valued=_CARGO, never="-h"),
    "cargo fmt": Row(FREE, "-p --package --manifest-path", _CARGO, "-h", ALWAYS, "--check --dry-run", on=True),
    "cargo fix": Row(FREE, "", _CARGO, "-h", ALWAYS),
    "cargo update": Row(never="--dry-run -n -h", writes=ALWAYS),
    "cargo llvm-cov": Row(PART, _CARGO_PART, _CARGO, "-h"),
    "cargo tarpaulin": Row(valued=_CARGO, never="-h"),
    "cargo hack": Row(valued=_CARGO, never="-h"),
    "cargo miri": Row(valued=_CARGO, never="-h setup"),
    "cargo install": Row(never="-h --list"),
    "rustfmt": Row(FILES, "", "--config --config-path --edition --emit", "-h --print-config", ALWAYS, "--check"),
    # JVM
    "lein test": Row(PART, ":only"),
    "ktlint": Row(FILES, writes="-F --format", valued="-R --reporter"),
    "detekt": Row(writes="-ac --auto-correct"),
    # C, C++ and builds of several languages
    "ctest": Row(FREE, "-R --tests-regex -E --exclude-regex -L --label-regex -LE --label-exclude -I --tests-information --rerun-failed --no-tests", "-R -E -L -LE -I -j --parallel -C --build-config --test-dir --timeout -S -D", "-N --show-only --print-labels -h"),
    "bazel test": Row(DOTS, "--test_filter --test_tag_filters --nobuild", "", "-h"),
    "bazel build": Row(DOTS, "--nobuild", "", "-h"),
    "bazel coverage": Row(DOTS, "--test_filter", "", "-h"),
    "buck2 test": Row(DOTS),
    "buck2 build": Row(DOTS),
    "meson test": Row(PART, "--suite --no-suite --list", "-C -j --num-processes --suite --no-suite -t --repeat --wrapper", "-h"),
    "meson compile": Row(PART, "", "-C -j"),
    "zig test": Row(PART, "--test-filter", "--test-filter"),
    "zig build": Row(),
    "scons": Row(never="-n -h -c"),
    "xcodebuild": Row(FREE, "-only-testing -skip-testing", valued="-scheme -project -workspace -destination -configuration -sdk -target", never="-list -version -showsdks -showdestinations -showBuildSettings -showTestPlans -help -usage", single=True),
    "dub test": Row(),
    "dub build": Row(),
    "swift test": Row(FREE, "--filter --skip -s --specifier", "--filter --skip", "-h -l --list-tests list"),
    "swift build": Row(FREE, "--target --product", "--target --product -c --configuration", "-h --show-bin-path"),
    "swiftlint": Row(FREE, never="rules version docs", writes="--fix --autocorrect"),
    # .NET
    "dotnet test": Row(FREE, "--filter", "--filter -c -f -l --logger -o -r --settings -s -v", "-t --list-tests -h -?"),
    "dotnet build": Row(never="-h -?"),
    "dotnet restore": Row(),
    "dotnet publish": Row(),
    "dotnet pack": Row(),
    "dotnet format": Row(FREE, "--include --exclude --diagnostics", "--include --exclude --diagnostics --severity -v", "-h", ALWAYS, "--verify-no-changes"),
}  # fmt: skip
