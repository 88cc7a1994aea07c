//! The sources as text: files, the words in them, and the paths that they write.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One source file.
pub struct File {
    /// Its path below `src`, with `/`; for the program, without the program's folder.
    pub path: String,
    /// Whether it belongs to the program, and not to the library.
    pub is_program: bool,
    /// Its text without comments, string contents and tests.
    pub code: String,
}

impl File {
    /// The room that it belongs to: its top-level module.
    pub fn room(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }

    /// Its module's path, beginning with its crate.
    pub fn module(&self) -> Vec<String> {
        let krate = if self.is_program { "program" } else { "library" };
        let path = self.path.trim_end_matches(".rs");
        let below = path.split('/').filter(|name| !["lib", "main"].contains(name));
        std::iter::once(krate).chain(below).map(str::to_owned).collect()
    }

    /// Whether it holds only tests.
    pub fn is_test(&self) -> bool {
        self.path.trim_end_matches(".rs").split('/').any(|name| name == "tests")
    }

    /// Whether it defines an item of this name.
    pub fn defines(&self, name: &str) -> bool {
        const KINDS: [&str; 9] =
            ["struct", "enum", "trait", "fn", "type", "const", "static", "union", "macro_rules!"];
        KINDS.iter().any(|kind| names(&self.code, &format!("{kind} {name}")))
    }

    /// How many modules stand around its items: 1 in `clip.rs`, 2 in `score/plan.rs`.
    pub fn depth(&self) -> usize {
        self.path.split('/').count()
    }
}

/// The files of the library and of the program.
pub fn sources() -> Vec<File> {
    let read = |(below, raw): (String, String)| {
        // The program stands above the library, in a folder of its own.
        let of_program = below.strip_prefix("bin/supine/");
        let path = of_program.unwrap_or(&below).to_owned();
        File { path, is_program: of_program.is_some(), code: bare(&raw) }
    };
    texts_in("src").into_iter().map(read).filter(|file| !file.is_test()).collect()
}

/// The Rust files below a folder of the package: their paths below it, with `/`, and their texts.
pub fn texts_in(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 1, "there are no sources in {root:?}");
    let read = |path: &PathBuf| {
        let below = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        (below, std::fs::read_to_string(path).unwrap())
    };
    paths.iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The code without its tests, its comments and the contents of its strings.
pub fn bare(raw: &str) -> String {
    let code = raw.split("\nmod tests {").next().unwrap();
    let mut out = String::new();
    let mut rest = code;
    while let Some(place) = rest.find(['"', '/', '\'']) {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with('"') {
            end_of_text(rest)
        } else {
            out.push_str(&rest[..1]);
            1
        };
        rest = &rest[skipped..];
    }
    out.push_str(rest);
    out
}

/// The end of the string that starts with a quotation mark.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    for (place, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `word` is in `code` as a whole word.
pub fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(place, _)| {
        !code[..place].ends_with(is_word) && !code[place + word.len()..].starts_with(is_word)
    })
}

/// The first names after every `root::`, those of `root::{a, b::c}` included.
pub fn behind<'a>(code: &'a str, root: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let path = format!("{root}::");
    for (place, _) in code.match_indices(&path) {
        if code[..place].ends_with(is_word) || code[..place].ends_with("::") {
            continue;
        }
        let rest = &code[place + path.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            found.extend(first_names(group));
        } else {
            found.insert(first_name(rest));
        }
    }
    found
}

/// The first name of every path in a group, up to its closing brace.
fn first_names(group: &str) -> Vec<&str> {
    let mut names = vec![first_name(group.trim_start())];
    let mut depth = 0;
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_name(group[place + 1..].trim_start())),
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> &str {
    &path[..path.find(|c| !is_word(c)).unwrap_or(path.len())]
}
