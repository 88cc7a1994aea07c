//! The folder of recordings: what is kept, thrown away, and left alone.

use std::fs::File;

use super::*;
use crate::units::SampleRate;

fn store(most: u64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("clips"), most);
    (folder, store)
}

fn recording(samples: Vec<f32>) -> Recording {
    Recording { samples, rate: SampleRate::new(24_000).unwrap(), beat: Some(7) }
}

/// Stores a recording of about 2 KB, last used the given number of seconds ago.
fn keep(store: &Store, key: &str, seconds: u64) -> Name {
    let name = Name::of(key.as_bytes());
    store.keep(&name, &recording(vec![0.5; 1_000])).unwrap();
    let file = File::options().write(true).open(store.folder.join(&name.0)).unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
    name
}

fn is_kept(store: &Store, name: &Name) -> bool {
    store.folder.join(&name.0).exists()
}

#[test]
fn a_recording_comes_back_to_the_bit() {
    let (_folder, store) = store(MAX_BYTES);
    let floats = vec![0.1, -0.0, 1.5, -1.0, f32::MIN_POSITIVE];
    let shorts = vec![0.0, -1.0, 32_767.0 / 32_768.0, 0.5, 1.0 / 32_768.0];
    for (samples, bytes) in [(floats, 4), (shorts, 2)] {
        let name = Name::of(&[bytes]);
        store.keep(&name, &recording(samples.clone())).unwrap();
        let found = store.find(&name).unwrap();
        let bits = |samples: &[f32]| samples.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&found.samples), bits(&samples));
        assert_eq!((found.rate.hz(), found.beat), (24_000, Some(7)));
        let size = store.folder.join(&name.0).metadata().unwrap().len();
        assert!(size < 200 && written(&recording(samples)).unwrap().len() as u64 == size, "{size}");
    }
}

#[test]
fn every_damaged_or_cut_file_is_thrown_away() {
    let (_folder, store) = store(MAX_BYTES);
    let whole = written(&recording(vec![0.5; 100])).unwrap();
    let name = Name::of(b"a");
    let path = store.folder.join(&name.0);
    let damaged = (0..whole.len()).map(|place| {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        bytes
    });
    let cut = (0..whole.len()).map(|length| whole[..length].to_vec());
    store.make_folder().unwrap();
    for bytes in damaged.chain(cut).chain([[whole.clone(), vec![0]].concat()]) {
        fs::write(&path, bytes).unwrap();
        assert!(store.find(&name).is_none() && !path.exists());
    }
    fs::write(&path, whole).unwrap();
    assert!(store.find(&name).is_some());
}

#[test]
fn what_was_not_used_for_the_longest_time_goes_first_and_no_more_than_needed() {
    let (_folder, store) = store(4_600);
    let [old, older, oldest] =
        [("old", 10), ("older", 20), ("oldest", 30)].map(|(key, seconds)| keep(&store, key, seconds));
    assert!(store.find(&oldest).is_some(), "and so it is used");
    store.evict();
    assert!(is_kept(&store, &oldest) && is_kept(&store, &old) && !is_kept(&store, &older));
    assert!(store.contents().unwrap().bytes <= 4_600);
    store.evict();
    assert_eq!(store.contents().unwrap().clips, 2, "within the bound nothing goes");
}

#[test]
fn files_of_others_are_never_touched() {
    let (_folder, store) = store(0);
    keep(&store, "a", 0);
    fs::create_dir(store.folder.join("folder.clip")).unwrap();
    for name in ["notes.txt", "x.clip", "clip"] {
        fs::write(store.folder.join(name), "mine").unwrap();
    }
    store.evict();
    store.clear().unwrap();
    assert_eq!(fs::read_dir(&store.folder).unwrap().count(), 4);
}

#[test]
fn a_link_is_never_read_nor_written_through_and_goes_with_the_rest() {
    let (folder, store) = store(MAX_BYTES);
    let [kept, linked] = [b"a", b"b"].map(|key| Name::of(key));
    let mine = folder.path().join("mine");
    fs::write(&mine, written(&recording(vec![0.5; 100])).unwrap()).unwrap();
    store.make_folder().unwrap();
    let link = || std::os::unix::fs::symlink(&mine, store.folder.join(&linked.0)).unwrap();
    let is_there = || store.folder.join(&linked.0).symlink_metadata().is_ok();
    let before = fs::read(&mine).unwrap();
    link();
    assert!(store.find(&linked).is_none() && !is_there());
    link();
    store.keep(&linked, &recording(vec![0.25; 7])).unwrap();
    assert_eq!(store.find(&linked).unwrap().samples.len(), 7);
    fs::remove_file(store.folder.join(&linked.0)).unwrap();
    link();
    store.keep(&kept, &recording(vec![0.5; 100])).unwrap();
    assert_eq!(store.contents().unwrap().clips, 1);
    store.evict();
    assert!(!is_there() && is_kept(&store, &kept));
    assert_eq!(fs::read(&mine).unwrap(), before);
}

#[test]
fn an_unfinished_file_is_left_to_its_writer_for_an_hour() {
    let (_folder, store) = store(MAX_BYTES);
    keep(&store, "a", 0);
    for (name, hours) in [("young", 0), ("abandoned", 2)] {
        let file = File::create(store.folder.join(format!("{UNFINISHED}{name}"))).unwrap();
        file.set_modified(SystemTime::now() - ABANDONED * hours).unwrap();
    }
    store.evict();
    let left = |name: &str| store.folder.join(format!("{UNFINISHED}{name}")).exists();
    assert!(left("young") && !left("abandoned"));
    assert_eq!(store.clear().unwrap().clips, 1);
    assert!(!left("young"));
}

#[test]
fn many_at_once_store_read_and_evict_the_same_without_a_failure() {
    let (_folder, store) = store(8_000);
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..100 {
                    let name = Name::of(&[(n * (worker + 1) % 7) as u8]);
                    store.keep(&name, &recording(vec![0.5; 1_000])).unwrap();
                    if let Some(found) = store.find(&name) {
                        assert_eq!(found.samples.len(), 1_000);
                    }
                    store.evict();
                }
            });
        }
    });
    assert!(store.contents().unwrap().bytes <= 8_000);
}

#[test]
fn only_the_user_can_read_it() {
    let (_folder, store) = store(MAX_BYTES);
    fs::create_dir(&store.folder).unwrap();
    fs::set_permissions(&store.folder, fs::Permissions::from_mode(0o755)).unwrap();
    let name = keep(&store, "a", 0);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&store.folder), mode(&store.folder.join(&name.0))), (0o700, 0o600));
}
