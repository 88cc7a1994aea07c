//! Whether a session drifts from the system's clock.

use std::time::Instant;

/// A position that is off by more seconds has jumped: the length of what comes next is an estimate until it is recorded.
const JUMP: f64 = 0.15;

/// Positions of a session that is left alone, against the clock, in stretches without a pause.
#[derive(Debug, Default)]
pub struct Drift {
    began: Option<Instant>,
    stretches: Vec<Vec<(f64, f64)>>,
    goes_on: bool,
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Seconds that were watched.
    pub seconds: f64,
    /// Milliseconds an hour, positive where the session is ahead.
    pub an_hour: f64,
    /// The standard error of that.
    pub error: f64,
}

impl Drift {
    /// Notes the position in seconds, or that there is none to compare.
    pub fn look(&mut self, position: Option<f64>) {
        if let Some(position) = position {
            let at = self.began.get_or_insert_with(Instant::now).elapsed().as_secs_f64();
            let before = self.stretches.last().and_then(|stretch| stretch.last());
            let jumps = before.is_some_and(|before| (position - before.1 - (at - before.0)).abs() > JUMP);
            if jumps || !self.goes_on {
                self.stretches.push(Vec::new());
            }
            self.stretches.last_mut().expect("one was begun").push((at, position));
        }
        self.goes_on = position.is_some();
    }

    /// Takes in the stretches of another session.
    pub fn add(&mut self, other: Self) {
        self.stretches.extend(other.stretches);
    }

    /// A straight line through each stretch, all of the same slope, by least squares; `None` where there is too little.
    pub fn found(&self) -> Option<Found> {
        let mean = |of: &dyn Fn(&(f64, f64)) -> f64, stretch: &[(f64, f64)]| {
            stretch.iter().map(of).sum::<f64>() / stretch.len() as f64
        };
        let centred: Vec<(f64, f64)> = self
            .stretches
            .iter()
            .flat_map(|stretch| {
                let (at, ahead) = (mean(&|(at, _)| *at, stretch), mean(&|(at, place)| place - at, stretch));
                stretch.iter().map(move |point| (point.0 - at, point.1 - point.0 - ahead))
            })
            .collect();
        let spread: f64 = centred.iter().map(|(at, _)| at * at).sum();
        let free = centred.len().checked_sub(self.stretches.len() + 1).filter(|free| *free > 0)?;
        let slope = centred.iter().map(|(at, ahead)| at * ahead).sum::<f64>() / spread;
        let rest: f64 = centred.iter().map(|(at, ahead)| (ahead - slope * at).powi(2)).sum();
        let seconds =
            self.stretches.iter().filter_map(|stretch| Some(stretch.last()?.0 - stretch.first()?.0));
        Some(Found {
            seconds: seconds.sum(),
            an_hour: slope * 3.6e6,
            error: (rest / free as f64 / spread).sqrt() * 3.6e6,
        })
    }
}
