//! What it costs to read a routine and to compile it, against its number of steps. The figures are printed, and none
//! is asserted; the goal is a second for 5,000 steps, and an exponent of 1.

use std::fmt::Write;
use std::time::{Duration, Instant};

use crate::phrases::Phrases;
use crate::plan::Plan;
use crate::routine::parse::parse;
use crate::score::compile::compile;
use crate::settings::Settings;
use crate::units::{Frames, SampleRate};

const STEPS: [usize; 6] = [10, 100, 500, 1_000, 2_500, 5_000];
/// Steps of one pose.
const POSE: usize = 25;
/// The fastest of so many is taken: the machine does other things as well.
const TRIES: usize = 5;
const RATE: SampleRate = SampleRate::HZ_48000;
/// The length of every sentence.
const WORDS: Duration = Duration::from_millis(1500);

#[test]
#[ignore = "figures, for `make bench`"]
fn reading_and_compiling_by_the_number_of_steps() {
    let costs = STEPS.map(|steps| (steps, cost(&routine(steps))));
    for (steps, [read, planned, compiled]) in costs {
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let whole = ms(read + planned + compiled);
        println!(
            "{steps:>5} steps: read in {:.1} ms, planned in {:.1}, compiled in {:.1}: {whole:.1} ms",
            ms(read),
            ms(planned),
            ms(compiled)
        );
    }
    println!("the cost grows with the number of steps to the power of {:.2}", exponent(&costs[2..]));
}

/// A routine with holds, counts, breaths and sentences by turns.
fn routine(steps: usize) -> String {
    let mut text = String::from("title = \"Many\"\n");
    for step in 0..steps {
        if step % POSE == 0 {
            let number = step / POSE;
            write!(
                text,
                "\n[[pose]]\nname = \"Pose {number}\"\nposition = \"lying on your back\"\nsteps = [\n"
            )
            .unwrap();
        }
        let line = match step % 5 {
            0 => "{ count = 5 }",
            2 => "{ breaths = 2 }",
            4 => "{ seconds = 10 }",
            _ => "\"Bend your knee a little.\"",
        };
        writeln!(text, "  {line},").unwrap();
        if step % POSE == POSE - 1 || step == steps - 1 {
            text.push_str("]\n");
        }
    }
    text
}

/// The least time for reading, planning and compiling it.
fn cost(text: &str) -> [Duration; 3] {
    let (phrases, _) = Phrases::for_language("en");
    let mut least = [Duration::MAX; 3];
    for _ in 0..TRIES {
        let start = Instant::now();
        let routine = parse(text).unwrap();
        let read = start.elapsed();
        let start = Instant::now();
        let plan = Plan::new(&routine, &Settings::default(), &phrases, 60);
        let planned = start.elapsed();
        let start = Instant::now();
        let (score, _) =
            compile(&plan, RATE, &|_| Some(Frames::at(WORDS, RATE)), &|_| Frames::at(WORDS, RATE));
        let compiled = start.elapsed();
        assert!(score.complete);
        for (least, time) in least.iter_mut().zip([read, planned, compiled]) {
            *least = (*least).min(time);
        }
    }
    least
}

/// The slope of a straight line through the logarithms.
fn exponent(costs: &[(usize, [Duration; 3])]) -> f64 {
    let points = costs
        .iter()
        .map(|(steps, times)| ((*steps as f64).ln(), times.iter().sum::<Duration>().as_secs_f64().ln()));
    let points: Vec<(f64, f64)> = points.collect();
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / points.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    covariance / points.iter().map(|point| (point.0 - x).powi(2)).sum::<f64>()
}
