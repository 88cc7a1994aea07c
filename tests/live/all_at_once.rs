//! Three minutes of `make soak`: sessions in each voice, with requests and faults at random moments. Without the fault in which
//! every core is busy, for other tests play at the same time.

use super::support::soak::faults::Fault;
use super::support::soak::soak;

#[test]
fn three_minutes_of_requests_and_faults_lose_nothing() {
    let faults: Vec<Fault> = Fault::ALL.into_iter().filter(|fault| *fault != Fault::Busy).collect();
    let report = soak(0.05, fastrand::u64(..1 << 32), &faults);
    println!("{}", report.told());
    assert_eq!(report.lost, [""; 0]);
    assert!(report.sessions > 1, "only one session was played");
}
