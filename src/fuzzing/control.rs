//! What other programs send through the control socket, and what a terminal sends: any bytes, in pieces of any size.

use std::time::{Duration, Instant};

use super::taken::Taken;
use crate::control::{MAX_VOLUME, Request};
use crate::remote::decode::{Decoder, Typed};
use crate::remote::socket::lines::{Lines, MAX_LINE};
use crate::remote::socket::{Answer, Question, question};

/// The longest piece of a stream.
const PIECE: usize = 600;

/// Hears the bytes, whose first two say in which pieces they come.
///
/// # Panics
/// When the pieces matter, or a key is heard that nobody pressed.
pub fn control(data: &[u8]) {
    let (head, stream) = data.split_at(data.len().min(2));
    let whole = heard(stream, &mut |left| left);
    let mut taken = Taken::new(head);
    let (least, more) = (usize::from(taken.byte()), usize::from(taken.byte()));
    let mut turn = 0;
    let in_pieces = heard(stream, &mut |left| {
        turn = (turn * 31 + more) % (more + 1);
        (1 + least + turn).min(PIECE).min(left)
    });
    assert_eq!(in_pieces, whole, "a piece of a line matters");
    for line in whole.into_iter().flatten() {
        answered(&line);
    }
    keys(stream, least);
}

/// The lines of a stream that comes in pieces; `None` where it is given up.
fn heard(stream: &[u8], piece: &mut dyn FnMut(usize) -> usize) -> Vec<Option<String>> {
    let mut lines = Lines::default();
    let mut heard = Vec::new();
    let mut rest = stream;
    loop {
        match lines.next() {
            Ok(Some(line)) => {
                assert!(line.len() <= MAX_LINE * 3, "a line of {} bytes", line.len());
                heard.push(Some(line));
            }
            Err(_) => {
                heard.push(None);
                return heard;
            }
            Ok(None) if rest.is_empty() => {
                if lines.end() {
                    continue;
                }
                return heard;
            }
            Ok(None) => {
                // More than the longest line is never kept.
                let length = piece(rest.len()).clamp(1, PIECE).min(rest.len());
                lines.add(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
}

/// A line is a question, or has an answer of one line that says why it is none.
fn answered(line: &str) {
    let answer = match question(line) {
        Ok(Question::Do(request)) => {
            assert!(request != Request::TakeBackStop, "only the keyboard takes an end back");
            assert!(!matches!(request, Request::Volume(percent) if percent > MAX_VOLUME), "{request:?}");
            let again = question(&request.to_string());
            return assert_eq!(again, Ok(Question::Do(request)), "a request has another word");
        }
        Ok(Question::Status) => return,
        Err(error) => Answer { error: Some(error.to_string()), ..Answer::default() },
    };
    let written = serde_json::to_string(&answer).expect("an answer is plain");
    assert!(!written.contains('\n'), "an answer has two lines: {written}");
    let read: Answer = serde_json::from_str(&written).expect("an answer can be read");
    assert_eq!(read, answer);
}

/// Keys that a terminal sends: there are never more than bytes, and none is kept for ever.
fn keys(stream: &[u8], pause: usize) {
    let mut now = Instant::now();
    let mut decoder = Decoder::new(now);
    let mut typed = 0;
    let mut take = |decoder: &mut Decoder| {
        while let Some(one) = decoder.next() {
            typed += usize::from(matches!(one, Typed::Key(..)));
        }
    };
    for piece in stream.chunks(1 + pause % 7) {
        decoder.feed(piece, now);
        take(&mut decoder);
        now += Duration::from_millis(pause as u64 * 3 % 500);
        decoder.settle(now);
        take(&mut decoder);
    }
    // Whatever is due comes out in a few steps, and then nothing is.
    for _ in 0..8 {
        let Some(due) = decoder.due() else { break };
        now = now.max(due);
        decoder.settle(now);
        take(&mut decoder);
    }
    assert!(decoder.due().is_none(), "a key is kept for ever");
    assert!(typed <= stream.len(), "{typed} keys of {} bytes", stream.len());
}
