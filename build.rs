//! What cargo does before it compiles supine: what can be packed of the natural voice's data is packed, and the linker is
//! told how short it may be.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "natural-voice")]
    voice::pack();
    relocations();
}

#[cfg(feature = "natural-voice")]
mod voice {
    use std::io::Write;
    use std::path::Path;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    /// Files that are a fifth and a fourth smaller then. The others would be hardly smaller.
    const PACKED: [&str; 2] = ["heart.onnx.data", "lexicon.fst"];

    pub fn pack() {
        let folder = std::env::var_os("OUT_DIR").expect("cargo says where");
        for name in PACKED {
            let path = Path::new("voices/heart").join(name);
            println!("cargo::rerun-if-changed={}", path.display());
            let data = std::fs::read(path).expect("the voice's data are there");
            let mut packed = GzEncoder::new(Vec::new(), Compression::best());
            packed.write_all(&data).expect("there is memory for them");
            let packed = packed.finish().expect("there is memory for them");
            std::fs::write(Path::new(&folder).join(name), packed).expect("there is room for them");
        }
    }
}

/// Addresses that depend on where the program lies take 1.4 MB, and next to nothing when they are packed, which the
/// loader has to understand: glibc 2.36 and later do.
fn relocations() {
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    let is_gnu = of("CARGO_CFG_TARGET_OS") == "linux" && of("CARGO_CFG_TARGET_ENV") == "gnu";
    // Of another machine's loader nothing is known.
    if is_gnu && of("HOST") == of("TARGET") && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's glibc.
fn glibc() -> Option<(u32, u32)> {
    let output = std::process::Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
