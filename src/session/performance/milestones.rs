//! Keeps track of the poses that were reached and led to their end, however seldom the session is looked at: on
//! a fast output a whole pose may pass between two looks.

use std::ops::Range;

use crate::control::News;

/// A session's way past its poses, which are counted from 1; 0 stands for the welcome and the close.
pub(super) struct Milestones {
    /// The pose at the last look.
    pose: usize,
    /// The first pose that is not yet known to have been led to its end.
    from: usize,
    poses: usize,
    is_closing: bool,
}

impl Milestones {
    /// A session with this many poses, which begins with one of them.
    pub(super) fn new(first: usize, poses: usize) -> Self {
        Self { pose: 0, from: first, poses, is_closing: false }
    }

    /// The pose at the last look.
    pub(super) fn pose(&self) -> usize {
        self.pose
    }

    /// The session jumps to a pose: the one that it leaves was not led to its end.
    pub(super) fn jump(&mut self, to: usize) {
        if to != self.pose {
            self.from = if to > 0 { to } else { self.poses + 1 };
        }
    }

    /// The news when the session is seen at a pose.
    pub(super) fn pass(&mut self, pose: usize) -> Vec<News> {
        if pose == self.pose {
            return Vec::new();
        }
        self.pose = pose;
        if pose == 0 {
            return self.close();
        }
        self.is_closing = false;
        let mut news = done(self.from..pose);
        self.from = pose;
        news.push(News::Reached(pose));
        news
    }

    /// The news when the session has come to its end.
    pub(super) fn close(&mut self) -> Vec<News> {
        if std::mem::replace(&mut self.is_closing, true) {
            return Vec::new();
        }
        let mut news = done(self.from..self.poses + 1);
        self.from = self.poses + 1;
        news.push(News::Closing);
        news
    }
}

fn done(poses: Range<usize>) -> Vec<News> {
    poses.map(News::Done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use News::{Closing, Done, Reached};

    #[test]
    fn every_pose_is_done_however_seldom_it_is_looked() {
        let mut often = Milestones::new(1, 3);
        let seen: Vec<News> = [0, 1, 1, 2, 3, 0, 0].into_iter().flat_map(|pose| often.pass(pose)).collect();
        assert_eq!(seen, [Reached(1), Done(1), Reached(2), Done(2), Reached(3), Done(3), Closing]);
        assert_eq!(often.close(), []);
        let mut seldom = Milestones::new(1, 3);
        assert_eq!(seldom.pass(1), [Reached(1)]);
        assert_eq!(seldom.close(), [Done(1), Done(2), Done(3), Closing]);
        let mut once = Milestones::new(2, 3);
        assert_eq!(once.pass(3), [Done(2), Reached(3)]);
        assert_eq!(once.pass(0), [Done(3), Closing]);
    }

    #[test]
    fn a_pose_that_is_jumped_over_is_not_done() {
        let mut forward = Milestones::new(1, 3);
        forward.pass(1);
        forward.jump(2);
        assert_eq!(forward.pass(3), [Done(2), Reached(3)]);
        forward.jump(0);
        assert_eq!(forward.pass(0), [Closing]);
        let mut back = Milestones::new(1, 3);
        back.pass(2);
        back.jump(1);
        assert_eq!(back.pass(1), [Reached(1)]);
        // After a jump within a pose, it is still led to its end.
        back.jump(1);
        assert_eq!(back.pass(2), [Done(1), Reached(2)]);
        // The listener can go back from the close.
        back.pass(0);
        back.jump(3);
        assert_eq!(back.pass(3), [Reached(3)]);
        assert_eq!(back.close(), [Done(3), Closing]);
    }
}
