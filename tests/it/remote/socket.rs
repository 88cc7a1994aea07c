//! The control socket and `supine ctl`.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{Place, SOON};
use crate::support::process::{ManyFiles, send, wait_until};

/// A limit for what takes some seconds by itself: clients are hung up on after five.
const LATER: Duration = Duration::from_secs(60);

/// The outcome of `supine ctl`.
struct Ctl {
    code: i32,
    out: String,
    errors: String,
}

fn ctl(place: &Place, arguments: &str) -> Ctl {
    let mut command = Command::new(env!("CARGO_BIN_EXE_supine"));
    command.arg("ctl").args(arguments.split(' ')).env("XDG_RUNTIME_DIR", place.file("run"));
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ctl { code: output.status.code().unwrap(), out: text(output.stdout), errors: text(output.stderr) }
}

fn connect(place: &Place) -> UnixStream {
    let stream = UnixStream::connect(place.file("run/supine/control.sock")).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream
}

/// Sends bytes, and returns everything that comes back.
fn talk(place: &Place, bytes: &[u8]) -> String {
    let mut stream = connect(place);
    // The server may have hung up before the end.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    answer
}

#[test]
fn every_word_of_ctl_arrives_and_status_shows_what_is_now() {
    let place = Place::new();
    let mut session = place.start();
    for word in ["pause", "resume", "toggle", "again", "next", "previous", "longer", "enough"] {
        let done = ctl(&place, word);
        assert_eq!((done.code, done.out.as_str(), done.errors.as_str()), (0, "", ""), "{word}");
    }
    for word in ["slower", "faster", "louder", "softer", "skip-tonight", "volume 70"] {
        assert_eq!(ctl(&place, word).code, 0, "{word}");
    }
    let all =
        "pause resume toggle again next previous longer enough slower faster louder softer skip-tonight";
    let mut words: Vec<&str> = all.split(' ').collect();
    words.push("volume 70");
    place.wait_for(&words);
    // The change is visible once the session has looked again.
    let line = "paused  1:00 of 30:00  Pose 1 (1 of 2)  volume 70 %\n";
    assert!(wait_until(SOON, || ctl(&place, "status").out == line), "{}", ctl(&place, "status").out);
    let json: serde_json::Value = serde_json::from_str(&ctl(&place, "status --json").out).unwrap();
    assert_eq!(json["now"]["state"], "paused");
    assert_eq!(json["now"]["pose"], "Pose 1");
    assert_eq!(ctl(&place, "stop --json").out, "{\"ok\":true}\n");
    assert_eq!(session.wait(SOON).expect("it ends").code(), Some(0));
    assert!(!std::fs::exists(place.file("run/supine/control.sock")).unwrap());
}

#[test]
fn without_a_session_ctl_says_so() {
    let place = Place::new();
    for word in ["pause", "status --json"] {
        let done = ctl(&place, word);
        assert_eq!((done.code, done.out.as_str()), (1, ""));
        assert_eq!(done.errors, "supine: no session is playing; start one with `supine`\n");
    }
    assert_eq!(ctl(&place, "dance").code, 2);
    assert_eq!(ctl(&place, "volume").code, 2);
    assert_eq!(ctl(&place, "volume 201").code, 2);
    assert!(ctl(&place, "pause 7").errors.contains("no number"));
}

#[test]
fn only_its_user_may_ask() {
    let place = Place::new();
    let _session = place.start();
    let mode = |name| std::fs::metadata(place.file(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("run/supine"), mode("run/supine/control.sock")), (0o700, 0o600));
}

#[test]
fn another_user_gets_no_answer_even_where_the_modes_let_them_in() {
    if !rustix::process::getuid().is_root() {
        println!("only root can be somebody else, so nothing is tested");
        return;
    }
    let place = Place::new();
    let _session = place.start();
    for (name, mode) in
        [("", 0o755), ("run", 0o755), ("run/supine", 0o755), ("run/supine/control.sock", 0o666)]
    {
        std::fs::set_permissions(place.file(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let heard = std::thread::scope(|scope| {
        let stranger = || {
            // This changes the user of this thread alone.
            rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(65_534)).unwrap();
            talk(&place, b"pause\nstatus\n")
        };
        scope.spawn(stranger).join().unwrap()
    });
    assert_eq!(heard, "");
    assert!(talk(&place, b"again\n").contains("\"ok\":true"));
    place.wait_for(&["again"]);
}

#[test]
fn a_folder_of_somebody_else_and_a_link_in_its_place_are_not_used() {
    let refuses = |place: &Place, folder: &str| {
        let session = Command::new("sh").args(["-c", &place.shell_command()]).output().unwrap();
        assert_eq!(session.status.code(), Some(1));
        assert!(place.read("heard").contains("belongs to somebody else"), "{}", place.read("heard"));
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
    };
    let linked = Place::new();
    let elsewhere = linked.file("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::fs::create_dir(linked.file("run")).unwrap();
    std::os::unix::fs::symlink(&elsewhere, linked.file("run/supine")).unwrap();
    refuses(&linked, &elsewhere);
    if !rustix::process::getuid().is_root() {
        println!("only root can give a folder away, so no more is tested");
        return;
    }
    let taken = Place::new();
    let folder = taken.file("run/supine");
    std::fs::create_dir_all(&folder).unwrap();
    std::os::unix::fs::chown(&folder, Some(65_534), None).unwrap();
    refuses(&taken, &folder);
}

#[test]
fn a_socket_of_another_user_is_asked_nothing() {
    if !rustix::process::getuid().is_root() {
        println!("only root can be somebody else, so nothing is tested");
        return;
    }
    let place = Place::new();
    let path = place.file("run/supine/control.sock");
    std::fs::create_dir_all(place.file("run/supine")).unwrap();
    for (name, mode) in [("", 0o755), ("run", 0o755), ("run/supine", 0o777)] {
        std::fs::set_permissions(place.file(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let is_asked = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        let (ready, is_ready) = std::sync::mpsc::channel();
        let is_asked = &is_asked;
        let path = &path;
        scope.spawn(move || {
            // This changes the user of this thread alone. A socket belongs to whoever listens at it.
            rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(65_534)).unwrap();
            let listener = UnixListener::bind(path).unwrap();
            ready.send(()).unwrap();
            let (mut client, _) = listener.accept().unwrap();
            let mut line = [0; 64];
            is_asked.store(client.read(&mut line).is_ok_and(|many| many > 0), Ordering::Relaxed);
            // An answer that would be believed.
            let _ = client.write_all(b"{\"ok\":true}\n");
        });
        is_ready.recv().unwrap();
        let done = ctl(&place, "pause");
        // The thread ends even if nobody has come.
        let _ = UnixStream::connect(path);
        done
    });
    assert_eq!((done.code, done.out.as_str()), (1, ""));
    assert!(done.errors.contains("it belongs to somebody else"), "{}", done.errors);
    assert!(!is_asked.load(Ordering::Relaxed), "it got the question");
}

#[test]
fn a_thousand_connections_and_a_client_that_never_reads_keep_nobody_waiting_for_long() {
    let _room = ManyFiles::wait();
    let place = Place::new();
    let session = place.start();
    let mut deaf = connect(&place);
    deaf.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    // More questions than the system keeps answers for.
    while deaf.write_all(&b"status\n".repeat(1_000)).is_ok() {}
    let crowd: Vec<UnixStream> =
        (0..1_000).map_while(|_| UnixStream::connect(place.file("run/supine/control.sock")).ok()).collect();
    // Some systems allow a process no more than 1,024 files.
    assert!(crowd.len() > 500, "{} connections", crowd.len());
    let threads = std::fs::read_dir(format!("/proc/{}/task", session.pid())).unwrap().count();
    assert!(threads < 40, "{threads} threads");
    assert!(wait_until(LATER, || talk(&place, b"pause\n").contains("\"ok\":true")));
    place.wait_for(&["pause"]);
    // It still reads nothing, and so only the end of the connection can fail.
    let is_hung_up_on = || {
        let error = deaf.write_all(b"s").err().map(|error| error.kind());
        matches!(error, Some(ErrorKind::BrokenPipe | ErrorKind::ConnectionReset))
    };
    assert!(wait_until(LATER, is_hung_up_on), "nobody hangs up on it");
    drop(crowd);
}

#[test]
fn a_second_session_is_told_of_the_first_and_a_killed_one_is_in_nobodys_way() {
    let place = Place::new();
    let mut first = place.start();
    let beside = Place::new();
    let second = Command::new("sh").args(["-c", &beside.shell_command_beside(&place)]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(beside.read("heard").contains("another session is playing"), "{}", beside.read("heard"));
    assert_eq!(ctl(&place, "status").code, 0, "the first goes on");
    first.kill();
    assert_eq!(ctl(&place, "status").code, 1);
    std::fs::remove_file(place.file("heard")).unwrap();
    let _third = place.start();
    assert!(wait_until(SOON, || ctl(&place, "status").code == 0));
    crate::support::rows::row(
        "supine itself",
        "a second session beside the first",
        "told: one line; the first goes on; one that was killed is in nobody's way",
    );
}

#[test]
fn rubbish_is_answered_and_does_no_harm() {
    let place = Place::new();
    let session = place.start();
    assert!(talk(&place, b"dance\n").contains("is not a request"));
    assert!(talk(&place, b"{\"volume\":3.5}\n").contains("\"ok\":false"));
    assert!(talk(&place, b"\xff\xfe\0\n").contains("\"ok\":false"));
    assert_eq!(talk(&place, &vec![b'x'; 1 << 20]), "");
    assert_eq!(talk(&place, b"").as_str(), "");
    assert_eq!(talk(&place, b"pause\n\"next\"\nagain").lines().count(), 3);
    place.wait_for(&["pause", "next", "again"]);
    send("TERM", session.pid());
}

#[test]
fn silent_and_slow_clients_keep_nobody_waiting_and_are_hung_up_on() {
    let place = Place::new();
    let session = place.start();
    let mut silent: Vec<UnixStream> = (0..15).map(|_| connect(&place)).collect();
    let start = Instant::now();
    assert_eq!(ctl(&place, "pause").code, 0);
    println!("an answer beside 15 silent clients: {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    silent.push(connect(&place));
    assert!(wait_until(SOON, || talk(&place, b"pause\n").contains("too many")));
    // One of the clients sends a letter now and then, and never a line.
    let start = Instant::now();
    while silent[0].write_all(b"p").is_ok() && start.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(silent[0].write_all(b"p").is_err(), "nobody hangs up");
    assert!(wait_until(SOON, || talk(&place, b"again\n").contains("\"ok\":true")));
    send("USR1", session.pid());
    place.wait_for(&["pause", "again", "toggle"]);
}
