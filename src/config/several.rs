//! Several routines in one go: their `[routine.NAME]` tables hold for all of them, and where two tables differ the earlier
//! routine's wins. What a table says of poses and of minutes is for its own routine alone.

use super::choices::{Choices, DeclaredOption, OPTIONS};
use super::origin::header;
use super::{Config, ForRoutine, Resolved};

/// What a table says for its own routine alone.
const OWN: [&str; 6] = ["minutes", "from", "only", "skip", "never", "always_gentle"];

impl Config {
    /// The values in force for a session of several routines, whose names come in their order. Poses that are never
    /// wanted are those of every table, so that they can be shown.
    pub(crate) fn resolved_for(&self, typed: &Choices, routine: ForRoutine<'_>) -> Resolved {
        let mut config = self.clone();
        for (_, table) in &mut config.routines {
            (table.minutes, table.from, table.only, table.skip) = (None, None, None, None);
        }
        Resolved::new(typed, &config, routine)
    }

    /// A sentence for each option that the tables of several routines set to different values. Each routine is given by
    /// the names that it has; what was `typed` holds anyway.
    pub fn contradictions(&self, routines: &[Vec<String>], typed: &Choices) -> Vec<String> {
        let open = OPTIONS.iter().filter(|option| !option.is_chosen(typed) && !OWN.contains(&option.key));
        open.filter_map(|option| {
            let mut set = routines.iter().filter_map(|names| self.set_for(names, option));
            let (first, value) = set.next()?;
            let (other, differing) = set.find(|(_, other)| *other != value)?;
            let (first, other) = (header(first), header(other));
            let key = option.key;
            Some(format!("`{key}` is {value} in {first} and {differing} in {other}: the first holds for all"))
        })
        .collect()
    }

    /// The table that sets an option for the routine with these names, and its value.
    fn set_for<'a>(&'a self, names: &[String], option: &DeclaredOption) -> Option<(&'a str, String)> {
        names.iter().find_map(|name| {
            let (name, table) = self.routines.iter().find(|(of, _)| of == name)?;
            Some((name.as_str(), option.toml(table)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Choices, Config, ForRoutine, parse};

    const TABLES: &str = r#"
level = "deeper"
[routine.a]
counting = "none"
minutes = 10
only = ["cat"]
[routine.b]
counting = "sparse"
level = "gentle"
pace = "slow"
"#;

    fn names() -> [Vec<String>; 2] {
        ["a", "b"].map(|name| vec![name.to_owned()])
    }

    fn config() -> Config {
        parse(TABLES).unwrap()
    }

    #[test]
    fn every_table_holds_for_all_but_not_what_it_says_of_its_own_poses_and_minutes() {
        let for_both = ForRoutine { names: &["a", "b"], ..ForRoutine::default() };
        let resolved = config().resolved_for(&Choices::default(), for_both);
        let row = |key: &str| {
            let option = crate::config::choices::rows().into_iter().find(|option| option.key == key).unwrap();
            let row = option.row(&resolved);
            (row.value, row.origin.to_string())
        };
        assert_eq!(row("counting"), ("\"none\"".to_owned(), "config file, [routine.a]".to_owned()));
        assert_eq!(row("level"), ("\"gentle\"".to_owned(), "config file, [routine.b]".to_owned()));
        assert!(resolved.minutes.value.is_none() && resolved.only.value.is_none());
    }

    #[test]
    fn where_two_tables_differ_a_sentence_says_which_holds() {
        let told = config().contradictions(&names(), &Choices::default());
        let expected =
            "`counting` is \"none\" in [routine.a] and \"sparse\" in [routine.b]: the first holds for all";
        assert_eq!(told, [expected]);
        let typed = Choices { counting: Some(Default::default()), ..Choices::default() };
        assert!(config().contradictions(&names(), &typed).is_empty());
        let [a, _] = names();
        assert!(config().contradictions(&[a.clone(), a], &Choices::default()).is_empty());
    }
}
