//! Turns the declarations into fields and the table, by `options!`. It holds no logic; that is in `table` and
//! `values`, where the compiler's messages are easy to read.

/// Declares the options. Each has its help, its name, its type, the value in force when nothing was chosen
/// (`default(VALUE)`, or `open("in words")` when that depends on the session), and its details.
macro_rules! options {
    ($(
        $(#[doc = $help:literal])+
        $name:ident: $type:ty = $how:ident($what:expr), $details:expr;
    )+) => {
        /// What was chosen in one place; `None` where nothing was said.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Choices {
            $($(#[doc = $help])+ pub $name: Option<$type>,)+
        }

        /// Everything in force for a session, and where each value comes from.
        #[derive(Clone, Debug)]
        pub struct Resolved {
            $($(#[doc = $help])+ pub $name: InForce<in_force!(type $how $type)>,)+
            /// How the listener wants words pronounced; only files can say it, since it takes a table.
            pub pronounce: Pronounce,
        }

        /// Every option, in the order of the help.
        pub static OPTIONS: &[DeclaredOption] = &[$(Declared {
            key: stringify!($name),
            flag: {
                const BYTES: [u8; stringify!($name).len()] = hyphened(stringify!($name));
                match std::str::from_utf8(&BYTES) {
                    Ok(flag) => flag,
                    Err(_) => panic!("a name of a field is UTF-8"),
                }
            },
            help: concat!($($help),+),
            form: <$type as Choosable>::FORM,
            details: $details,
            slot: &Slot::<Choices, $type> {
                key: stringify!($name),
                example: $details.example,
                get: |choices| &choices.$name,
                get_mut: |choices| &mut choices.$name,
            },
            row: |resolved| in_force!(row $how &resolved.$name, $what),
        }),+];

        impl Resolved {
            pub(super) fn of_layers(layers: &Layers<Choices>, pronounce: Pronounce) -> Self {
                Self {
                    $($name: in_force!(pick $how layers.pick(|choices| &choices.$name), $what),)+
                    pronounce,
                }
            }
        }
    };
}
pub(super) use options;

/// The values that `default` and `open` stand for.
macro_rules! in_force {
    (type default $type:ty) => { $type };
    (type open $type:ty) => { Option<$type> };
    (row default $in_force:expr, $value:expr) => { Row::of($in_force) };
    (row open $in_force:expr, $words:expr) => { Row::of_open($in_force, $words) };
    (pick default $picked:expr, $value:expr) => {
        $picked.unwrap_or_else(|| InForce { value: $value, origin: Origin::Default })
    };
    (pick open $picked:expr, $words:expr) => { InForce::of_open($picked) };
}
pub(super) use in_force;
