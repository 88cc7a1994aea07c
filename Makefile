# make play: install what is missing, build, and start the bedtime routine.
# make check: what can be tested with Rust alone, in a few minutes: nothing is installed, and nothing is heard.
# make test: install what the tests need, and run them all.
# make listen, make featureless: tests that take longer, of the voice's other pitches and of a build without features.
# make reliability: break what a session needs, and make the table in docs/reliability.md of what was heard.
# make phone: what `supine serve` offers, in a real browser and in two libraries for podcasts.
# make fuzz: any bytes for what reads them. make deny: licences of dependencies. make mutants, make coverage: tests of the tests.
# make deb: make the Debian package, in target/debian. make try-deb: install it into a clean root and play there.

BUILD_PACKAGES = build-essential pkg-config libasound2-dev libspeechd-dev libclang-dev
PLAY_PACKAGES = libasound2-plugins speech-dispatcher speech-dispatcher-espeak-ng espeak-ng
TEST_PACKAGES = pulseaudio pulseaudio-utils pipewire pipewire-pulse wireplumber dbus rtkit playerctl systemd flite pocketsphinx pocketsphinx-en-us \
  ffmpeg flac lame mpv icecast2 curl mandoc desktop-file-utils appstream

PHONE_PACKAGES = chromium chromium-driver python3-selenium python3-feedparser python3-podcastparser ffmpeg espeak-ng

.PHONY: play check test listen featureless reliability phone lint deny fuzz mutants coverage bench soak sounds timeline deb try-deb

play:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PLAY_PACKAGES)
	cargo build --release --locked
	@target/release/supine

# Without a sound device and the desktop's voice no package is needed. These tests run the program without any engine.
CHECK = cargo test --locked --no-default-features --features natural-voice
CHECKED = check:: endings:: files:: remote:: resume:: show:: signs::

check:
	$(CHECK) --lib --bins --test architecture
	$(CHECK) --test it -- $(CHECKED)

# Many tests wait for other programs, and live sessions wait most of their time: more run at once than there are processors.
THREADS = $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
test:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PLAY_PACKAGES) $(TEST_PACKAGES)
	cargo test --locked --lib --bins --examples --test architecture --test it -- --test-threads=$(THREADS)
	cargo test --locked --test live -- --test-threads=12

# What takes minutes more and seldom fails alone: date of the last run in docs/reliability.md.
listen:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PLAY_PACKAGES) $(TEST_PACKAGES)
	cargo test --locked --test it -- --ignored

# These tests of the library need none of its features.
FEATURELESS = routine:: authoring:: catalogue:: config:: journal:: phrases:: plan:: session:: sounds:: units:: \
  tests::score tests::mixer tests::fuzzed

featureless:
	cargo test --locked --no-default-features --lib -- $(FEATURELESS)

reliability:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PLAY_PACKAGES) $(TEST_PACKAGES)
	@scripts/reliability.sh

# A browser is large, so this is no part of `make test`.
phone:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PHONE_PACKAGES)
	cargo build --locked
	/usr/bin/python3 tests/phone/phone.py target/debug/supine

lint:
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo clippy --locked --no-default-features --lib --bins -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --lib

# Licences and sources of all dependencies. Advisories need their database from the network, so they are left out.
deny:
	command -v cargo-deny > /dev/null || cargo install cargo-deny --locked
	cargo deny --locked check licenses sources bans

# One target for some seconds, or each of them: make fuzz TARGET=routine SECONDS=600. docs/fuzzing.md says what they check.
TARGET = routine performed steering sheet config practice control wav music
SECONDS = 60
fuzz:
	@for target in $(TARGET); do scripts/fuzz.sh $$target $(SECONDS) || exit 1; done

# Changes the code in a thousand ways, and tells which of them no test notices: a day for all of them. One in forty:
# make mutants SHARD=0/40
SHARD = 0/1
mutants:
	command -v cargo-mutants > /dev/null || cargo install cargo-mutants --locked
	cargo mutants --file 'src/score/**' --file 'src/mixer/**' --file 'src/session/performance/steering*' \
	  --file 'src/session/performance/steering/**' --output target/mutants --timeout 300 --shard $(SHARD) \
	  --sharding round-robin --cargo-arg=--lib -- -- score mixer steering duck limiter limited fit dose breath breather \
	  counting endings paced performance replanned resumed session:: spectrum takes whereabouts

# Which lines the library's tests run, for each file. cargo-llvm-cov needs LLVM's tools beside the compiler, which not every
# installation has; this program reads the profiles itself.
coverage:
	command -v cargo-tarpaulin > /dev/null || cargo install cargo-tarpaulin --locked
	cargo tarpaulin --engine llvm --lib --locked --target-dir target/coverage --timeout 3600 --exclude-files '*tests*' \
	  --exclude-files 'benches/*' --exclude-files 'fuzz/*'

BENCH_PACKAGES = mpv sox ffmpeg python3-venv valgrind

# Prints the figures that tests do not assert: onset errors, time to the first word, load, memory, and all of it beside
# what people use instead. An hour and a quarter.
bench:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PLAY_PACKAGES) $(TEST_PACKAGES) $(BENCH_PACKAGES)
	@scripts/install-nafas.sh
	cargo bench --locked --bench small --bench length --bench render --bench natural --bench live --bench peers
	cargo bench --locked --bench instructions
	cargo test --locked --lib -- --ignored --nocapture --test-threads=1 tests::latency tests::scale

HOURS = 0.05

# Plays for hours, with requests and faults at random moments; the report is in target/soak.
soak:
	@scripts/install-packages.sh $(BUILD_PACKAGES) $(PLAY_PACKAGES) $(TEST_PACKAGES)
	cargo bench --locked --bench soak -- hours=$(HOURS)

# Makes sounds/ again, byte for byte on the same platform.
sounds:
	cargo run --locked --release --example soundscapes

timeline:
	cargo run --locked --release -- show bedtime-back --voice natural --svg docs/timeline.svg

deb:
	@scripts/build-deb.sh

try-deb:
	@scripts/try-deb.sh
