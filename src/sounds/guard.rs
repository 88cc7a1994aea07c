//! Decoders panic on some broken files. Such a file is treated like any other file that can't be played.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The result of `decode`, or `None` if it panicked; the data that it worked on must then not be used
/// again. Nothing is printed.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                usual(panic);
            }
        }));
    });
    let before = GUARDED.replace(true);
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    GUARDED.set(before);
    decoded.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer_and_the_thread_goes_on() {
        assert_eq!(guarded(|| -> i32 { panic!("broken") }), None);
        assert_eq!(guarded(|| guarded(|| -> i32 { panic!("broken") }).is_none()), Some(true));
        assert!(!GUARDED.get());
        assert_eq!(guarded(|| 7), Some(7));
    }
}
