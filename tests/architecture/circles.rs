//! Which file names which, and whether files name each other in a circle.
//!
//! A file names another when its code names an item that the other defines. A re-export only forwards: a file
//! that takes an item from it names the file that defines the item. Declaring a module does not count as naming
//! it. Methods that another file adds to a type are not seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources::{File, is_word, names};

/// The place of each module among the files, by its path, which begins with its crate.
type Modules = BTreeMap<Vec<String>, usize>;
/// The places of the files that each file names.
pub type Graph = Vec<BTreeSet<usize>>;

/// One name that a `use` brings in.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    pub path: Vec<String>,
    /// The name that it has here; `*` for all names.
    pub name: String,
    pub is_public: bool,
}

struct Reader<'a> {
    files: &'a [File],
    modules: Modules,
    imports: Vec<Vec<Import>>,
}

/// Which of `files` names which.
pub fn graph(files: &[File]) -> Graph {
    let modules = files.iter().enumerate().map(|(place, file)| (file.module(), place)).collect();
    let imports = files.iter().map(|file| imports(&file.code)).collect();
    let reader = Reader { files, modules, imports };
    (0..files.len()).map(|place| reader.named_by(place)).collect()
}

/// All files that `from` leads to, directly or not.
pub fn reached(graph: &Graph, from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(file) = open.pop() {
        open.extend(graph[file].iter().filter(|next| found.insert(**next)));
    }
    found
}

/// Every pair of a file and a file that it names.
pub fn named(graph: &Graph) -> impl Iterator<Item = (usize, usize)> {
    graph.iter().enumerate().flat_map(|(one, named)| named.iter().map(move |other| (one, *other)))
}

impl Reader<'_> {
    fn named_by(&self, place: usize) -> BTreeSet<usize> {
        let code = without_imports(&self.files[place].code);
        let imported = self.imports[place].iter().filter(|import| {
            // A name that is only re-exported does not count, and a module is named by the items that are taken
            // from it.
            !import.is_public || names(&code, &import.name)
        });
        let imported = imported.map(|import| import.path.clone());
        let written = paths(&code);
        let mut found: BTreeSet<usize> =
            imported.chain(written).filter_map(|path| self.defining(place, &path, 8)).collect();
        found.remove(&place);
        found
    }

    /// The file that defines what `path` names, when it is written in the file at `place`; `None` for other
    /// crates and for modules.
    fn defining(&self, place: usize, path: &[String], limit: usize) -> Option<usize> {
        let (mut module, rest) = self.start(place, path, limit)?;
        let mut rest = rest.iter();
        for name in rest.by_ref() {
            let inner = [module.as_slice(), std::slice::from_ref(name)].concat();
            if !self.modules.contains_key(&inner) {
                return self.item(*self.modules.get(&module)?, name, limit);
            }
            module = inner;
        }
        None
    }

    /// Where the search for a path starts: a module, and the rest of the path.
    fn start<'p>(
        &self,
        place: usize,
        path: &'p [String],
        limit: usize,
    ) -> Option<(Vec<String>, &'p [String])> {
        let here = self.files[place].module();
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((here[..1].to_vec(), rest)),
            "self" if rest.first().is_none_or(|next| next != "super") => Some((here, rest)),
            "self" => self.start(place, rest, limit),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                Some((here[..here.len().checked_sub(ups)?].to_vec(), &path[ups..]))
            }
            name => {
                let inner = [here.as_slice(), std::slice::from_ref(first)].concat();
                if self.modules.contains_key(&inner) {
                    return Some((inner, rest));
                }
                let import =
                    self.imports[place].iter().find(|import| import.name == name && import.path != path)?;
                Some((self.module_named(place, &import.path, limit.checked_sub(1)?)?, rest))
            }
        }
    }

    /// The module that a path names as a whole.
    fn module_named(&self, place: usize, path: &[String], limit: usize) -> Option<Vec<String>> {
        let (module, rest) = self.start(place, path, limit)?;
        let module = [module.as_slice(), rest].concat();
        self.modules.contains_key(&module).then_some(module)
    }

    /// The file that defines an item which `place` holds or re-exports.
    fn item(&self, place: usize, name: &str, limit: usize) -> Option<usize> {
        let Some(limit) = limit.checked_sub(1) else { return Some(place) };
        if name == "*" || self.files[place].defines(name) {
            return Some(place);
        }
        let passed_on = self.imports[place].iter().filter(|import| import.name == name || import.name == "*");
        let found = passed_on.filter_map(|import| {
            let path = match import.path.split_last() {
                Some((last, module)) if last == "*" => [module, &[name.to_owned()]].concat(),
                _ => import.path.clone(),
            };
            self.defining(place, &path, limit)
        });
        let found: Vec<usize> = found.collect();
        found
            .iter()
            .copied()
            .find(|file| self.files[*file].defines(name))
            .or(found.first().copied())
            .or(Some(place))
    }
}

/// The range of every `use`, its semicolon included, and whether it is public.
fn uses(code: &str) -> Vec<(std::ops::Range<usize>, bool)> {
    let mut found = Vec::new();
    for (place, _) in code.match_indices("use ") {
        let before = code[..place].trim_end();
        let is_public = before.ends_with("pub") || before.ends_with(')');
        let starts = before.is_empty() || is_public || before.ends_with([';', '{', '}', ']']);
        if let (true, Some(length)) = (starts && !code[..place].ends_with(is_word), code[place..].find(';')) {
            found.push((place..place + length + 1, is_public));
        }
    }
    found
}

/// The code without `use` lines and module declarations.
fn without_imports(code: &str) -> String {
    let mut out = code.to_owned();
    for (place, _) in uses(code).into_iter().rev() {
        out.replace_range(place, "");
    }
    let declares = |line: &&str| names(line, "mod") && line.ends_with(';');
    out.lines().filter(|line| !declares(line)).collect::<Vec<_>>().join("\n")
}

/// The names that the `use` lines of `code` bring in.
pub fn imports(code: &str) -> Vec<Import> {
    let mut found = Vec::new();
    for (place, is_public) in uses(code) {
        let tree = code[place].trim_start_matches("use ").trim_end_matches(';');
        expand(tree, &[], &mut |path, name| found.push(Import { path, name, is_public }));
    }
    found
}

/// Every path of a tree such as `a::{b, c::{self, d as e}}`.
fn expand(tree: &str, before: &[String], take: &mut impl FnMut(Vec<String>, String)) {
    let tree = tree.trim();
    if let Some(place) = tree.find('{') {
        let before = [before, &segments(&tree[..place])].concat();
        let inside = tree[place + 1..].trim_end().strip_suffix('}').unwrap_or_default();
        for part in parts(inside) {
            expand(part, &before, take);
        }
    } else if !tree.is_empty() {
        let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
        let mut path = [before, &segments(path)].concat();
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let name =
            alias.map_or_else(|| path.last().cloned().unwrap_or_default(), |alias| alias.trim().to_owned());
        take(path, name);
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The parts of a group, split at commas outside inner groups.
fn parts(group: &str) -> Vec<&str> {
    let mut depth = 0;
    group
        .split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        })
        .collect()
}

/// Every path of at least two names in the code.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(place) = rest.find("::") {
        let start = rest[..place].rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
        let end = rest[place..].find(|c| !is_word(c) && c != ':').map_or(rest.len(), |at| place + at);
        let path = segments(&rest[start..end]);
        if start < place && path.len() > 1 {
            found.push(path);
        }
        rest = &rest[end..];
    }
    found
}
