//! From a request to what it does, at random moments of sessions whose voices fail at random: a thousand
//! requests, in real time. The figures are printed, and none is asserted. What is done is heard with the device's next
//! period, which `cargo bench --bench live -- latency` measures.

use std::time::{Duration, Instant};

use super::support::hand::Hand;
use super::support::unsteady::{Unsteady, mixed, rendered, stage, unsteady as next};
use crate::control::Request;

const REQUESTS: usize = 1_000;
/// Sessions that run side by side.
const SESSIONS: usize = 4;
/// One period of the device.
const PERIOD: Duration = Duration::from_micros(21_333);
const KINDS: [Request; 10] = [
    Request::PauseOrResume,
    Request::Pause,
    Request::Resume,
    Request::Again,
    Request::Next,
    Request::Previous,
    Request::Longer,
    Request::Enough,
    Request::Slower,
    Request::Softer,
];

#[test]
#[ignore = "figures, for `make bench`: it takes a minute"]
fn a_thousand_requests_at_random_moments() {
    let players: Vec<_> = (0..SESSIONS)
        .map(|player| std::thread::spawn(move || requests(player as u64, REQUESTS / SESSIONS)))
        .collect();
    let mut times: Vec<Duration> = players.into_iter().flat_map(|player| player.join().unwrap()).collect();
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0;
    println!(
        "{} requests: done after {:.2} ms in the median, {:.1} ms in 99 of 100, {:.1} ms at worst",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

/// Runs session after session; each gets requests until it has used several voices, and is then stopped.
fn requests(player: u64, wanted: usize) -> Vec<Duration> {
    let mut times = Vec::new();
    let mut seed = mixed(player);
    while times.len() < wanted {
        seed = mixed(seed);
        let voices = seed;
        let mut hand = Hand::playing(move || stage(rendered(Unsteady::new(voices)), next(voices)));
        for _ in 0..24 {
            seed = mixed(seed);
            play_for(&mut hand, Duration::from_millis(seed % 400));
            if hand.is_over() || times.len() + 1 >= wanted {
                break;
            }
            times.extend(hand.ask(KINDS[(seed >> 32) as usize % KINDS.len()]));
        }
        if !hand.is_over() {
            times.extend(hand.ask(Request::Stop));
        }
        let _ = hand.end();
    }
    times.truncate(wanted);
    times
}

/// Plays in real time.
fn play_for(hand: &mut Hand, time: Duration) {
    let since = Instant::now();
    let mut next = since;
    while since.elapsed() < time {
        hand.hear(Duration::from_millis(1)); // one period
        next += PERIOD;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
}
