//! A mixer rendered to a WAV file: 24 bits, stereo, at 48 kHz. The file appears whole or not at all.

use std::path::{Path, PathBuf};

use crate::mixer::Mixer;
use crate::units::{Frame, Frames, SampleRate};

/// Frames that are rendered at once.
const BLOCK: usize = 4096;
/// Bytes of a frame: two channels of 24 bits.
const FRAME_BYTES: u64 = 6;
const FULL_SCALE: f32 = 8_388_607.0;

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be written.
    #[error("can't write {}: {problem}; check the folder, its permissions and the space on the disk", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        problem: String,
    },
    /// WAV ends at 4 GiB.
    #[error(
        "a session of {hours:.1} hours does not fit into a WAV file of 4 GiB; render it with shorter --holds"
    )]
    TooLong {
        /// Its length.
        hours: f64,
    },
    /// Somebody asked to stop.
    #[error("stopped; nothing was written")]
    Stopped,
}

/// Renders `length` frames to `path`. `progress` is told how many frames are done and says whether
/// to go on.
///
/// # Errors
/// When the file can't be written, would be too long, or `progress` said no; the file is then as
/// it was before.
pub fn write_wav(
    path: &Path,
    mixer: &mut Mixer,
    length: Frames,
    rate: SampleRate,
    progress: &mut dyn FnMut(Frames) -> bool,
) -> Result<(), FileError> {
    if length.0 * FRAME_BYTES > u64::from(u32::MAX) - 1024 {
        return Err(FileError::TooLong { hours: length.to_seconds(rate) / 3600.0 });
    }
    let unwritable = |problem: &dyn std::fmt::Display| FileError::Unwritable {
        path: path.to_owned(),
        problem: problem.to_string(),
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(unwritable(&format!("there is no folder {}", folder.display())));
    }
    // Other people may play the file, so it does not keep a temporary file's private mode.
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let part =
        builder.prefix(".supine-").suffix(".part").tempfile_in(folder).map_err(|error| unwritable(&error))?;
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate.hz(),
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let sink = std::io::BufWriter::with_capacity(1 << 18, part.as_file());
    let mut wav = hound::WavWriter::new(sink, spec).map_err(|error| unwritable(&error))?;
    let mut block: Vec<Frame> = vec![[0.0; 2]; BLOCK];
    let mut done = 0;
    while done < length.0 {
        let frames = (length.0 - done).min(BLOCK as u64) as usize;
        mixer.render(&mut block[..frames]);
        for sample in block[..frames].as_flattened() {
            let scaled = (sample.clamp(-1.0, 1.0) * FULL_SCALE).round() as i32;
            wav.write_sample(scaled).map_err(|error| unwritable(&error))?;
        }
        done += frames as u64;
        if !progress(Frames(done)) {
            return Err(FileError::Stopped);
        }
    }
    wav.finalize().map_err(|error| unwritable(&error))?;
    part.persist(path).map_err(|error| unwritable(&error.error))?;
    Ok(())
}
