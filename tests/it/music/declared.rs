//! Lengths that a file tells and does not have: a program that makes room for them is ended, at night.

use super::*;
use crate::support::process::limited;

/// A session takes less memory, and each of these files tells a length that takes more.
const MEMORY: u64 = 1500 << 20;
const MOST: [u8; 4] = [0xff; 4];

/// Where `name` stands in `bytes`.
fn find(bytes: &[u8], name: &[u8]) -> usize {
    bytes.windows(name.len()).position(|window| window == name).expect("it is there")
}

/// A stored file in which the bytes at some distance after a name are replaced.
fn changed(file: &str, name: &[u8], distance: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = std::fs::read(stored(file)).unwrap();
    let place = find(&bytes, name) + distance;
    bytes[place..place + with.len()].copy_from_slice(with);
    bytes
}

/// A stored file with more in it, right before or behind a name.
fn with(file: &str, name: &[u8], distance: usize, more: &[u8]) -> Vec<u8> {
    let mut bytes = std::fs::read(stored(file)).unwrap();
    let place = find(&bytes, name) + distance;
    bytes.splice(place..place, more.iter().copied());
    bytes
}

/// A stored Ogg file whose only comment has four gigabytes, with the checksum of its page (RFC 3533, 6).
fn commented(file: &str, name: &[u8]) -> Vec<u8> {
    let mut bytes = changed(file, name, name.len(), &[[0; 4], [1, 0, 0, 0], MOST].concat());
    let comments = find(&bytes, name);
    let page = bytes[..comments].windows(4).rposition(|window| window == b"OggS").unwrap();
    let segments = usize::from(bytes[page + 26]);
    let body: usize = bytes[page + 27..][..segments].iter().map(|length| usize::from(*length)).sum();
    let page = &mut bytes[page..][..27 + segments + body];
    page[22..26].fill(0);
    let sum = page.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum, _| {
            if sum >> 31 == 1 { sum << 1 ^ 0x04c1_1db7 } else { sum << 1 }
        })
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
    bytes
}

/// A file for each place in which a format tells a length.
fn files() -> [(&'static str, Vec<u8>); 15] {
    let table = changed("tone.m4a", b"stsc", 8, &MOST);
    let picture = [&[6, 0, 0, 8, 0, 0, 0, 3], &MOST[..]].concat();
    let frame = [b"ID3\x03\0\0\0\0\0\x10TIT2".as_slice(), &MOST, b"\0\0\0abcde"].concat();
    let private = std::fs::read(stored("tone.mka")).unwrap();
    let private = find(&private, &[0x63, 0xA2]) + 2;
    let mut element = std::fs::read(stored("tone.mka")).unwrap();
    element.splice(private..private + 1, [0x01, 0x7f, 0, 0, 0, 0, 0, 0]);
    let list = [b"LIST\x14\0\0\0INFOINAM".as_slice(), &[0xf0, 0xff, 0xff, 0xff], b"abcdefgh"].concat();
    [
        ("sizes.m4a", changed("tone.m4a", b"stsz", 12, &MOST)),
        ("times.m4a", changed("tone.m4a", b"stts", 8, &MOST)),
        ("offsets.m4a", changed("tone.m4a", b"stco", 8, &MOST)),
        ("chunks.m4a", table.clone()),
        ("behind-anything.m4a", [b"anything".as_slice(), &table].concat()),
        ("cookie.caf", with("tone.caf", b"desc", 0, &[b"kuki".as_slice(), &[0x7f; 8]].concat())),
        ("packets.caf", with("tone.caf", b"desc", 0, &[b"pakt".as_slice(), &[0x7f; 32]].concat())),
        (
            "comment.flac",
            changed("tone.flac", b"\x06\0\0\0ffmpeg", 0, &[[0; 4], [1, 0, 0, 0], MOST].concat()),
        ),
        ("picture.flac", with("tone.flac", b"fLaC", 4 + 4 + 34, &picture)),
        ("comment.ogg", commented("tone.ogg", b"\x03vorbis")),
        ("comment.opus", commented("tone.opus", b"OpusTags")),
        ("frame.mp3", [frame, std::fs::read(stored("tone.mp3")).unwrap()].concat()),
        ("element.mka", element),
        ("name.aiff", with("tone.aiff", b"COMM", 0, &[b"NAME".as_slice(), &[0x7f; 4]].concat())),
        ("list.wav", {
            let mut bytes = wav(&[300.0], 1.0, 0.3);
            let data = find(&bytes, b"data");
            bytes.splice(data..data, list);
            bytes
        }),
    ]
}

#[test]
fn what_tells_lengths_that_it_does_not_have_asks_for_no_memory() {
    let home = home();
    for (name, bytes) in files() {
        home.write(name, bytes);
        let mut command = limited(MEMORY, home.command().get_program().to_str().unwrap());
        command.args(["show", "rest.toml", "--voice", "fake", "--ambience", name]).current_dir(home.path());
        command.envs(home.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) => assert_eq!(stderr, "", "{name}"),
            Some(2) => assert!(stderr.contains(name) && !stderr.contains("panicked"), "{stderr}"),
            code => panic!("{name}: {code:?}, {stderr}"),
        }
    }
    crate::support::rows::row(
        "Ambience",
        "lengths that a file tells and does not have, in each format",
        "heard, or told: one line; no memory is asked for",
    );
}
