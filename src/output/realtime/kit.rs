//! rtkit, over D-Bus. It gives real-time priority only to a process that has limited how long such a thread may
//! work without a rest, since a thread without that limit can bring the machine to a halt.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use signal_hook::consts::SIGXCPU;
use zbus::blocking::connection::Builder;
use zbus::blocking::proxy::Builder as ProxyBuilder;
use zbus::proxy::CacheProperties;

use crate::output::source::Rendering;
use crate::thread::spawn;

const NAME: &str = "org.freedesktop.RealtimeKit1";
const PATH: &str = "/org/freedesktop/RealtimeKit1";
/// Below the sound server's own threads, and above everything without real-time priority.
const PRIORITY: i32 = 5;
/// How long the service may take to answer.
const LIMIT: Duration = Duration::from_secs(3);
/// How long a device may take until it renders.
const BEGINS: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(20);

/// Whether the system has warned that the thread works without a rest.
static WARNED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static ASKS: AtomicBool = AtomicBool::new(true);

/// Asks on another thread, once a thread renders. Nobody waits for the answer.
pub(in crate::output) fn ask(rendering: Arc<Rendering>) {
    if ASKS.load(Ordering::Relaxed) {
        spawn("real time", move || {
            // Without the service, or when it refuses, the thread plays on as any other.
            let _ = begun(&rendering).and_then(made_realtime);
        });
    }
}

/// Whether the thread worked for so long that the system has warned, since the last call. From then on nothing is asked
/// any more: a thread that does not rest is ended, and the program with it.
pub(in crate::output) fn was_warned() -> bool {
    let was_warned = WARNED.swap(false, Ordering::Relaxed);
    if was_warned {
        ASKS.store(false, Ordering::Relaxed);
    }
    was_warned
}

fn begun(rendering: &Rendering) -> Option<u32> {
    let until = Instant::now() + BEGINS;
    while Instant::now() < until {
        if let Some(thread) = rendering.thread() {
            return Some(thread);
        }
        std::thread::sleep(LOOK);
    }
    None
}

/// `None` when it was refused.
fn made_realtime(thread: u32) -> Option<()> {
    let bus = Builder::system().ok()?.method_timeout(LIMIT).build().ok()?;
    let kit = ProxyBuilder::<zbus::blocking::Proxy<'_>>::new(&bus)
        .destination(NAME)
        .and_then(|kit| kit.path(PATH))
        .and_then(|kit| kit.interface(NAME))
        .and_then(|kit| kit.cache_properties(CacheProperties::No).build())
        .ok()?;
    let longest: i64 = kit.get_property("RTTimeUSecMax").ok()?;
    let highest: i32 = kit.get_property("MaxRealtimePriority").ok()?;
    limit(u64::try_from(longest).ok()?)?;
    let priority = u32::try_from(PRIORITY.min(highest)).ok()?;
    kit.call("MakeThreadRealtime", &(u64::from(thread), priority)).ok()
}

/// Limits how long such a thread may work without a rest, in microseconds: it is warned at half of that.
fn limit(longest: u64) -> Option<()> {
    signal_hook::flag::register(SIGXCPU, Arc::clone(&WARNED)).ok()?;
    let before = getrlimit(Resource::Rttime).maximum;
    let maximum = before.map_or(longest, |before| before.min(longest));
    setrlimit(Resource::Rttime, Rlimit { current: Some(maximum / 2), maximum: Some(maximum) }).ok()
}
