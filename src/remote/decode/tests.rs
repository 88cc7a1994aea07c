//! Bytes as terminals send them, with the moments at which they come, and the keys that they mean.

use super::*;
use Key::{Char, Down, Enter, Escape, Left, Other, Right, Up};

/// The inputs decoded from pieces of bytes, each piece this many milliseconds after the start; the decoder is
/// also called in between. `None` is an Escape that was taken back.
fn typed(pieces: &[(u64, &[u8])]) -> Vec<Option<Key>> {
    let start = Instant::now();
    let mut decoder = Decoder::new(start);
    for (ms, bytes) in pieces {
        let now = start + Duration::from_millis(*ms);
        while let Some(due) = decoder.due().filter(|due| *due < now) {
            decoder.settle(due);
        }
        decoder.feed(bytes, now);
    }
    while let Some(due) = decoder.due() {
        decoder.settle(due);
    }
    assert!(decoder.due().is_none() && decoder.pending.is_empty());
    let key = |typed: Typed| match typed {
        Typed::Key(key, _) => Some(key),
        Typed::NotEscape => None,
    };
    std::iter::from_fn(|| decoder.next()).map(key).collect()
}

/// The keys of bytes that come together.
fn keys(bytes: &[u8]) -> Vec<Key> {
    typed(&[(0, bytes)]).into_iter().map(|key| key.expect("nothing is taken back")).collect()
}

#[test]
fn what_a_terminal_sends_is_keys() {
    for (bytes, key) in [
        (" ", Char(' ')),
        ("a", Char('a')),
        ("\r", Enter),
        ("\n", Enter),
        ("\t", Other),
        ("\0", Other),
        ("\x7f", Char('\u{7f}')),
        ("ä", Char('ä')),
        ("日", Char('日')),
        ("\x1b", Escape),
        ("\x1b\x1b", Escape),
        ("\x1b[A", Up),
        ("\x1b[B", Down),
        ("\x1b[C", Right),
        ("\x1b[D", Left),
        ("\x1bOA", Up),
        ("\x1bOD", Left),
        ("\x1bO5C", Right),
        ("\x1b[1;5C", Right),
        ("\x1b\x1b[C", Right),
        ("\x1bOM", Enter),
        ("\x1bOP", Other),
        ("\x1b[15~", Other),
        ("\x1b[[A", Other),
        ("\x1b[1;2R", Other),
        ("\x1b[Z", Other),
        ("\x1bq", Other),
        ("\x1b\r", Other),
        ("\x1b\x7f", Other),
        ("\x1bä", Other),
        ("\x1b[", Other),
        ("\x1bO", Other),
        ("\x1b]", Other),
        ("\x1bP", Other),
        ("\x1b_", Other),
    ] {
        assert_eq!(keys(bytes.as_bytes()), [key], "{bytes:?}");
    }
    assert_eq!(keys(&[0xe4]), [Other], "a letter of a terminal without UTF-8");
}

#[test]
fn nobody_has_pressed_what_a_terminal_tells() {
    for bytes in [
        "\x1b[I",
        "\x1b[O",
        "\x1b[M !!",
        "\x1b[<0;10;20M",
        "\x1b[<35;10;20m",
        "\x1b[32;10;20M",
        "\x1b[?62;4c",
        "\x1b[>41;330;0c",
        "\x1b[24;80R",
        "\x1b[0n",
        "\x1b[8;24;80t",
        "\x1b[?2004;2$y",
        "\x1b[?1u",
        "\x1b]11;rgb:0000/0000/0000\x07",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1bP>|term(quick)\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b]11;rgb:00",
    ] {
        assert_eq!(keys(bytes.as_bytes()), [], "{bytes:?}");
        // Wherever the bytes are parted, and whatever is pressed after them.
        for at in 1..bytes.len() {
            let (first, second) = bytes.as_bytes().split_at(at);
            let pieces = typed(&[(0, first), (30, second), (2000, b"n")]);
            assert_eq!(pieces, [Some(Char('n'))], "{bytes:?} at {at}");
        }
    }
}

#[test]
fn a_key_that_comes_in_pieces_is_one_key() {
    for bytes in ["\x1b[C", "\x1bOC", "\x1b[1;5C"] {
        for gap in [1, 5, 30, 100, 140] {
            let pieces: Vec<(u64, &[u8])> =
                bytes.as_bytes().chunks(1).enumerate().map(|(n, byte)| (gap * n as u64, byte)).collect();
            assert_eq!(typed(&pieces), [Some(Right)], "{bytes:?} every {gap} ms");
        }
    }
    assert_eq!(typed(&[(0, &[0xc3]), (30, &[0xa4])]), [Some(Char('ä'))]);
    assert_eq!(typed(&[(0, b"\x1b["), (700, b"C")]), [Some(Right)]);
}

#[test]
fn the_rest_of_a_key_that_comes_late_takes_the_escape_back() {
    for tail in ["[C", "OC", "[1;5C"] {
        for late in [160, 400, 1900] {
            let pieces = [(0, &b"\x1b"[..]), (late, tail.as_bytes())];
            assert_eq!(typed(&pieces), [Some(Escape), None, Some(Right)], "{tail} after {late} ms");
        }
    }
    assert_eq!(typed(&[(0, b"\x1b"), (300, b"["), (330, b"C")]), [Some(Escape), None, Some(Right)]);
    // A report is not a key, and not an Escape either.
    assert_eq!(typed(&[(0, b"\x1b"), (300, b"[I")]), [Some(Escape), None]);
}

#[test]
fn an_escape_that_was_meant_is_never_lost() {
    let escape_then = |ms, bytes: &'static [u8]| typed(&[(0, b"\x1b"), (ms, bytes)]);
    assert_eq!(escape_then(300, b"n"), [Some(Escape), Some(Char('n'))]);
    assert_eq!(escape_then(300, b"["), [Some(Escape), Some(Char('['))]);
    assert_eq!(escape_then(300, b"[hello]"), [Some(Escape), Some(Other)]);
    assert_eq!(escape_then(300, b"Oh"), [Some(Escape), Some(Other)]);
    assert_eq!(escape_then(5000, b"[C"), [Some(Escape), Some(Other)]);
    // An arrow that was pressed after it has an escape of its own.
    for ms in [50, 100, 300, 1000] {
        assert_eq!(escape_then(ms, b"\x1b[C"), [Some(Escape), Some(Right)], "after {ms} ms");
        assert_eq!(escape_then(ms, b"\x1b"), [Some(Escape), Some(Escape)], "after {ms} ms");
    }
    assert_eq!(typed(&[(0, b"\x1b"), (300, b"n"), (600, b"[C")])[..2], [Some(Escape), Some(Char('n'))]);
    assert_eq!(keys(b"x\x1b"), [Char('x'), Escape]);
}

#[test]
fn what_a_busy_machine_reads_late_came_in_time() {
    let start = Instant::now();
    let mut decoder = Decoder::new(start);
    decoder.feed(b"\x1b", start);
    // The decoder was not called in the meantime.
    decoder.feed(b"[C", start + Duration::from_millis(600));
    assert!(matches!(decoder.next(), Some(Typed::Key(Right, _))));
    assert_eq!(decoder.next(), None);
}

#[test]
fn pasted_text_is_one_key_and_an_end_to_nothing() {
    for text in ["quick", "qq quit", "llama", "  q", "first\nsecond", "ok", "äq", "日本q"] {
        assert_eq!(keys(text.as_bytes()), [Other], "{text:?}");
        let bytes = text.as_bytes();
        let slowly: Vec<(u64, &[u8])> = bytes.chunks(1).enumerate().map(|(n, b)| (4 * n as u64, b)).collect();
        assert_eq!(typed(&slowly), [Some(Other)], "{text:?}, byte by byte");
    }
    assert_eq!(typed(&[(0, b"first part"), (60, b"q"), (90, b"\nquit")]), [Some(Other)]);
    let long = "quick ".repeat(2000);
    assert_eq!(keys(long.as_bytes()), [Other]);
}

#[test]
fn what_the_terminal_says_is_pasted_is_one_key_whatever_it_holds() {
    for text in ["q", "", "quick", "\x1bq\x1b[C", "a\x1bP", "\x1b]", "line\rq\r"] {
        let pasted = format!("\x1b[200~{text}\x1b[201~");
        assert_eq!(keys(pasted.as_bytes()), [Other], "{text:?}");
    }
    let pieces = [(0, &b"\x1b[200~q"[..]), (400, b"q"), (900, b"q\x1b[201~"), (1100, b"n")];
    assert_eq!(typed(&pieces), [Some(Other), Some(Char('n'))]);
    let no_end = [(0, &b"\x1b[200~quick"[..]), (1500, b"n")];
    assert_eq!(typed(&no_end), [Some(Other), Some(Char('n'))], "its end was lost");
}

#[test]
fn keys_that_are_pressed_fast_act_each() {
    assert_eq!(typed(&[(0, b"n"), (50, b"q")]), [Some(Char('n')), Some(Char('q'))]);
    assert_eq!(typed(&[(0, b"n"), (20, b"p"), (40, b"q")]), [b'n', b'p', b'q'].map(|c| Some(Char(c.into()))));
    assert_eq!(typed(&[(0, b"\x1b[C\x1b[D")]), [Some(Right), Some(Left)]);
    assert_eq!(typed(&[(0, b" "), (50, b"\x1b")]), [Some(Char(' ')), Some(Escape)]);
    // After a pasted text, too.
    let pieces = [(0, &b"quick"[..]), (50, b"\x1b"), (400, b"n")];
    assert_eq!(typed(&pieces), [Some(Other), Some(Escape), Some(Char('n'))]);
    // When a key is held down over a slow line, it is still that key.
    assert_eq!(keys(b"+++"), [Char('+'); 3]);
}

#[test]
fn rubbish_is_no_panic_and_ends_in_time() {
    let mut bytes = vec![0x1b, b'P', 0xff, 0xfe, 0x90, b'[', 0x80];
    for n in 0..2000_u32 {
        bytes.push((n.wrapping_mul(2_654_435_761) >> 24) as u8);
    }
    for piece in bytes.chunks(7) {
        typed(&[(0, piece), (3000, b"n")]);
    }
    typed(&[(0, &bytes)]);
}
