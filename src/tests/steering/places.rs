//! Where a session goes on, and where words are put into its close.

use super::*;

#[test]
fn after_a_loss_a_hold_begins_with_its_instruction_and_a_sentence_with_itself() {
    let plan = plan();
    let hold = first(&plan, |what, _| matches!(what, ItemKind::Hold { .. }));
    let mut steering = steering_of(plan);
    assert_eq!([hold, hold - 1].map(|place| steering.lost_at(at(place))), [hold - 1; 2]);
}

#[test]
fn what_is_still_heard_as_it_was_counts_until_it_is_left() {
    let plan = plan();
    let hold = first(&plan, |what, _| matches!(what, ItemKind::Hold { .. }));
    let wait = first(&plan, |what, _| matches!(what, ItemKind::Wait(_)));
    let mut other = plan.clone();
    other.items[hold] = plan.items[wait].clone();
    for (is_left, begins_at) in [(false, hold - 1), (true, hold)] {
        let mut steering = steering_of(plan.clone());
        steering.request(Request::Slower, at(hold));
        if is_left {
            steering.request(Request::Next, at(hold));
        }
        steering.replan(other.clone(), Pace::NORMAL, None);
        assert_eq!(steering.lost_at(at(hold)), begins_at);
    }
}

#[test]
fn without_an_instruction_before_it_a_session_goes_on_at_its_beginning() {
    let mut plan = plan();
    let wait = first(&plan, |what, _| matches!(what, ItemKind::Wait(_)));
    plan.items.drain(..wait);
    let mut steering = steering_of(plan);
    assert_eq!(steering.request(Request::PauseOrResume, at(0)), Action::Rest);
    assert_eq!(plays(steering.request(Request::PauseOrResume, at(0))).0, 0);
}

#[test]
fn words_for_the_close_come_after_its_first_pause_and_only_once() {
    let plan = plan();
    let close = plan.close().unwrap();
    let said = |place: usize| -> Vec<(usize, String)> {
        let mut steering = steering_of(plan.clone());
        for text in ["Another voice has guided you.", "And another one."] {
            steering.say_in_close(Utterance::plain(text, 0.8), place);
        }
        let items = steering.plan().items.iter().enumerate();
        let added = items.filter_map(|(at, item)| match item.what {
            ItemKind::Speak { utterance, .. } if utterance.0 >= plan.utterances.len() => {
                Some((at, steering.plan().utterance(utterance).text.clone()))
            }
            _ => None,
        });
        added.collect()
    };
    let expected = [(close + 1, "Another voice has guided you.".to_owned())];
    assert_eq!((said(0), said(close + 1)), (expected.to_vec(), expected.to_vec()));
    assert_eq!(said(close + 2), [], "too late for it");
}

#[test]
fn the_next_pose_is_never_the_one_that_begins_and_a_slower_pace_begins_after_what_is_heard() {
    let plan = plan();
    let (second, third) = (pose_start(&plan, 2), pose_start(&plan, 3));
    for place in [second, second + 1] {
        assert_eq!(plays(steering_of(plan.clone()).request(Request::Next, at(place))).0, third);
    }
    assert_eq!(plays(steering_of(plan).request(Request::Slower, at(second))), (second + 1, When::AtItsEnd));
}

#[test]
fn each_stop_is_taken_back_by_itself_before_the_session_goes_on() {
    let mut steering = steering_of(plan());
    let mut ask = |request| steering.request(request, at(1));
    assert_eq!([Request::Stop, Request::Stop].map(&mut ask), [Action::Stop, Action::Heard]);
    assert_eq!(ask(Request::TakeBackStop), Action::Heard);
    assert!(matches!(ask(Request::TakeBackStop), Action::GoOn { from: Some(_) }));
}
