//! Music in a folder, by links and in a playlist.

use super::*;

#[test]
fn a_folder_is_searched_below_and_its_hidden_parts_are_not() {
    let home = home();
    let tone = |name: &str, hz: f64| home.write(name, wav(&[hz], 1.5, 0.3));
    tone("music/b/c/d/deep.wav", 300.0);
    tone("music/a.wav", 500.0);
    tone("music/.hidden/x.wav", 700.0);
    tone("music/.y.wav", 800.0);
    home.write("music/b/cover.jpg", "no sound");
    home.write("music/list.m3u", "nowhere.flac");
    let heard = heard(&home, "music");
    assert!(!heard.stderr.contains("left out"), "{}", heard.stderr);
    [300.0, 500.0].iter().for_each(|hz| heard.has(*hz));
    [700.0, 800.0].iter().for_each(|hz| heard.has_not(*hz));
}

#[cfg(unix)]
#[test]
fn links_that_lead_round_end_and_those_that_lead_elsewhere_are_followed() {
    let home = home();
    home.write("music/a.wav", wav(&[300.0], 1.5, 0.3));
    home.write("elsewhere/b.wav", wav(&[500.0], 1.5, 0.3));
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, home.path().join(name)).unwrap();
    link(".", "music/round");
    link("../elsewhere", "music/there");
    link("../elsewhere", "music/there again");
    link("nowhere.wav", "music/broken.wav");
    let heard = heard(&home, "music");
    heard.has(300.0);
    heard.has(500.0);
    assert!(heard.stderr.contains("music/broken.wav"), "a broken link is told: {}", heard.stderr);
    crate::support::rows::row("Ambience", "links that lead round in a circle", "heard: each file once");
}

#[cfg(unix)]
#[test]
fn a_folder_that_can_not_be_read_is_named_and_the_others_are_played() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65_534;
    let home = home();
    home.write("music/a.wav", wav(&[300.0], 1.5, 0.3));
    home.write("music/locked/b.wav", wav(&[500.0], 1.5, 0.3));
    let allow = |name: &str, mode: u32| {
        let path = home.path().join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    allow("", 0o755);
    allow("music/locked", 0o000);
    // A copy that every user may start.
    let program = home.path().join("supine");
    std::fs::copy(home.command().get_program(), &program).unwrap();
    let mut inner = std::process::Command::new(program);
    inner.args(["show", "rest.toml", "--voice", "fake", "--ambience", "music"]).current_dir(home.path());
    inner.envs(home.command().get_envs().filter_map(|(name, value)| Some((name, value?))));
    // Root may read everything.
    if std::fs::read_dir(home.path().join("music/locked")).is_ok() {
        inner.uid(NOBODY);
    }
    let output = inner.output().unwrap();
    allow("music/locked", 0o755);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    let told = "left out what can't be played: music/locked (Permission denied";
    assert!(stderr.contains(told), "{stderr}");
}

#[test]
fn a_playlist_is_played_and_what_it_can_not_give_is_named() {
    let home = home();
    let tone = |name: &str, hz: f64| home.write(name, wav(&[hz], 1.0, 0.3));
    tone("music/a b.wav", 300.0);
    let far = tone("far/caf\u{e9}.wav", 400.0);
    tone("folder/in.wav", 500.0);
    tone("other.wav", 600.0);
    home.write("second.m3u8", "other.wav\nlist.m3u\n");
    let uri = format!("file://{}", far.display().to_string().replace('\u{e9}', "%C3%A9"));
    let lines =
        ["\u{feff}#EXTM3U", "#EXTINF:1,A", "music\\a b.wav", &uri, "", "folder", "second.m3u8", "list.m3u"];
    home.write("list.m3u", lines.join("\r\n"));
    let all = heard(&home, "list.m3u");
    [300.0, 400.0, 500.0, 600.0].iter().for_each(|hz| all.has(*hz));
    assert!(!all.stderr.contains("left out"), "{}", all.stderr);
    // In a Windows encoding.
    home.write("latin.m3u", b"far/caf\xe9.wav\nhttp://example.org/radio\nmissing.flac\n");
    let latin = heard(&home, "latin.m3u");
    latin.has(400.0);
    let told = "left out what can't be played: http://example.org/radio (only files on this machine are played), and 1 more";
    assert!(latin.stderr.contains(told), "{}", latin.stderr);
    home.write("gone.m3u", "missing.flac\n");
    let message = over(&home, "gone.m3u").failure(2);
    assert!(message.contains("no sound to play in gone.m3u (missing.flac: it is not there)"), "{message}");
    home.write("list.pls", "[playlist]\nFile1=folder/in.wav\n");
    heard(&home, "list.pls").has(500.0);
}

#[cfg(unix)]
#[test]
fn a_routine_s_own_music_does_not_leave_its_folder_by_links_or_playlists() {
    let home = home();
    home.write("secret.wav", wav(&[300.0], 1.0, 0.3));
    home.write("mine/own.wav", wav(&[500.0], 1.0, 0.3));
    home.write("mine/list.m3u", "../secret.wav\nown.wav\n");
    home.write("mine/only.m3u", "../secret.wav\n");
    home.write("mine/music/own.wav", wav(&[500.0], 1.0, 0.3));
    std::os::unix::fs::symlink("../secret.wav", home.path().join("mine/link.wav")).unwrap();
    std::os::unix::fs::symlink("../../secret.wav", home.path().join("mine/music/link.wav")).unwrap();
    let render = |ambience: &str| {
        let text = REST.replacen("ending", &format!("ambience = \"{ambience}\"\nending"), 1);
        home.write("mine/mine.toml", text);
        home.run("render mine/mine.toml -o out.wav --voice fake")
    };
    for (ambience, words) in [
        ("link.wav", "mine/link.wav leads out of the routine's folder; put the music itself beside"),
        ("only.m3u", "mine/../secret.wav: it leads out of the routine's folder"),
    ] {
        let message = render(ambience).failure(2);
        assert!(message.contains(words), "{message}");
    }
    for ambience in ["list.m3u", "music"] {
        let outcome = render(ambience);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(outcome.stderr.contains("it leads out of the routine's folder"), "{}", outcome.stderr);
        let both = Rendered::read(&home.path().join("out.wav")).samples;
        let heard = Heard { samples: without_voice(&both), stderr: String::new() };
        heard.has(500.0);
        heard.has_not(300.0);
    }
    // The listener's own choice may be in any folder.
    heard(&home, "mine/link.wav").has(300.0);
}
