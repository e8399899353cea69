//! Each check on small made-up trees: one breach each that is reported, and the same tree without it that is not.

use super::Tree;
use super::circles::circles;
use super::imports::imports;
use super::{code, layers, text};

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree(
        files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect(),
    )
}

/// `bad` has exactly one breach, whose report contains `expected`; `good` has none.
fn check(check: impl Fn(&Tree) -> Vec<String>, bad: &[(&str, &str)], expected: &str, good: &[(&str, &str)]) {
    let breaches = check(&tree(bad));
    assert_eq!(breaches.len(), 1, "{bad:?}: {breaches:#?}");
    assert!(
        breaches[0].contains(expected),
        "{:?} does not contain {expected:?}",
        breaches[0]
    );
    assert_eq!(check(&tree(good)), Vec::<String>::new(), "{good:?}");
}

/// The files that `src/a/x.rs` with this text imports. Around it are `src/b/mod.rs`, which re-exports from
/// `src/b/c.rs`, and the sibling `src/a/y.rs`, whose `Y` the folder re-exports.
fn imported(text: &str) -> Vec<String> {
    let tree = tree(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a/mod.rs", "mod x; mod y; pub use y::Y; pub struct A;"),
        ("src/a/x.rs", text),
        ("src/a/y.rs", "pub struct Y; pub fn y() {}"),
        (
            "src/b/mod.rs",
            "pub mod c; mod d; pub use c::{C, f as g}; pub use d::*; pub struct B;",
        ),
        ("src/b/c.rs", "pub struct C; pub fn f() {}"),
        ("src/b/d.rs", "pub enum D { One }"),
    ]);
    let from_x = imports(&tree)
        .into_iter()
        .filter(|import| import.from.file == "src/a/x.rs");
    let mut files: Vec<_> = from_x.map(|import| import.to.file).collect();
    files.sort();
    files.dedup();
    files
}

#[test]
fn imports_of_every_form_are_read() {
    let c = ["src/b/c.rs"];
    let c_and_d = ["src/b/c.rs", "src/b/d.rs"];
    // Declarations: full paths, nested lists, aliases, relative paths.
    assert_eq!(imported("use crate::b::c::C;"), c);
    assert_eq!(imported("use crate::{b::{c::{self, f}, D}};"), c_and_d);
    assert_eq!(
        imported("use crate::b::{self, c as other};"),
        ["src/b/c.rs", "src/b/mod.rs"]
    );
    assert_eq!(imported("use super::super::b::c::f as _;"), c);
    assert_eq!(imported("use self::super::y::Y;"), ["src/a/y.rs"]);
    assert_eq!(imported("pub(crate) use crate::b::c;"), c);
    assert_eq!(imported("fn f() { use crate::b::c::f; f() }"), c);
    assert_eq!(imported("mod tests { use super::super::y::y; }"), ["src/a/y.rs"]);
    assert_eq!(
        imported("mod inner { use super::super::super::b::B; }"),
        ["src/b/mod.rs"]
    );
    // Through re-exports, to the file that defines the name.
    assert_eq!(imported("use crate::b::C;"), c);
    assert_eq!(imported("use crate::b::g;"), c);
    assert_eq!(imported("use crate::b::D::One;"), ["src/b/d.rs"]);
    assert_eq!(imported("use crate::b::B;"), ["src/b/mod.rs"]);
    assert_eq!(imported("use super::Y;"), ["src/a/y.rs"]);
    assert_eq!(imported("use super::A;"), ["src/a/mod.rs"]);
    // Paths in code, in types and in macros.
    assert_eq!(imported("fn f() { crate::b::c::f(); }"), c);
    assert_eq!(imported("fn f() -> super::Y { todo() }"), ["src/a/y.rs"]);
    assert_eq!(imported("macro_rules! m { () => { $crate::b::g() } }"), c);
    assert_eq!(imported("fn f() { view! { <p>{crate::b::C}</p> } }"), c);
    assert_eq!(
        imported("use crate::b; fn f() { b::g() }"),
        ["src/b/c.rs", "src/b/mod.rs"]
    );
    // Names that a glob imports.
    assert_eq!(
        imported("use super::*; fn f() -> Y { Y }"),
        ["src/a/mod.rs", "src/a/y.rs"]
    );
    assert_eq!(
        imported("use crate::b::*; fn f(d: D) {}"),
        ["src/b/d.rs", "src/b/mod.rs"]
    );
}

#[test]
fn what_is_no_code_imports_nothing() {
    let nothing = [
        "// use crate::b::c::C;\n/* crate::b::c::f() /* nested */ crate::b::B */",
        "//! [`crate::b::C`]\n/// See [`super::Y`].\nfn f() {}",
        r##"const A: &str = "crate::b::C \" super::Y"; const B: &str = r#"crate::b::"C"#;"##,
        "const QUOTE: char = '\"'; /* crate::b::C */ const ESCAPED: char = '\\''; // super::Y",
        "fn f<'a>(text: &'a str) -> &'a str { text.b().c() }",
        "use std::collections::b; fn f() { ::other::crate_b::c(); }",
        "fn f() -> impl Sized + use<'static> {}",
    ];
    for text in nothing {
        assert_eq!(imported(text), Vec::<String>::new(), "{text}");
    }
}

fn circles_of(tree: &Tree) -> Vec<String> {
    circles(&imports(tree))
}

#[test]
fn two_files_in_a_circle() {
    check(
        circles_of,
        &[
            ("src/a.rs", "use crate::b::B; pub struct A;"),
            ("src/b.rs", "use crate::a::A; pub struct B;"),
        ],
        "src: 2 import each other: a, b\n    src/a.rs:1 imports src/b.rs (crate::b::B)\n    src/b.rs:1 imports src/a.rs",
        &[
            ("src/a.rs", "use crate::b::B; pub struct A;"),
            ("src/b.rs", "pub struct B;"),
        ],
    );
}

#[test]
fn three_files_in_a_circle_by_paths_in_code() {
    let a = ("src/m/a.rs", "pub fn a() { super::b::b() }");
    let b = ("src/m/b.rs", "pub fn b() { crate::m::c::c() }");
    let module = ("src/m/mod.rs", "mod a; mod b; mod c;");
    check(
        circles_of,
        &[
            module,
            a,
            b,
            ("src/m/c.rs", "use super::{a::{self, a}}; pub fn c() { a() }"),
        ],
        "src/m: 3 import each other: a, b, c",
        &[module, a, b, ("src/m/c.rs", "pub fn c() {}")],
    );
}

#[test]
fn siblings_in_a_circle_through_their_parent() {
    let module = ("src/m/mod.rs", "mod a; mod b; pub use a::A; pub use b::B;");
    let a = ("src/m/a.rs", "use super::B; pub struct A;");
    check(
        circles_of,
        &[module, a, ("src/m/b.rs", "use super::A; pub struct B;")],
        "src/m: 2 import each other: a, b",
        &[module, a, ("src/m/b.rs", "pub struct B;")],
    );
    check(
        circles_of,
        &[module, a, ("src/m/b.rs", "use super::*; pub struct B(A);")],
        "src/m: 2 import each other: a, b",
        &[module, a, ("src/m/b.rs", "use super::*; pub struct B;")],
    );
}

#[test]
fn folders_in_a_circle_whose_files_are_in_none() {
    let modules = [
        ("src/a/mod.rs", "mod x; mod y;"),
        ("src/b/mod.rs", "mod x; mod y;"),
        ("src/b/y.rs", "pub struct Y;"),
    ];
    let a = [
        ("src/a/x.rs", "use crate::b::y::Y;"),
        ("src/a/y.rs", "pub struct Y;"),
    ];
    let bad = [&modules[..], &a, &[("src/b/x.rs", "use crate::a::y::Y;")]].concat();
    let good = [&modules[..], &a, &[("src/b/x.rs", "use crate::b::y::Y;")]].concat();
    check(circles_of, &bad, "src: 2 import each other: a, b", &good);
}

#[test]
fn a_circle_through_a_folder_and_its_own_module_file() {
    let bad = [
        ("src/a/mod.rs", "mod x; use crate::b::B;"),
        ("src/a/x.rs", "pub struct X;"),
        ("src/b.rs", "use crate::a::x::X; pub struct B;"),
    ];
    let good = [bad[0], bad[1], ("src/b.rs", "pub struct B;")];
    check(circles_of, &bad, "src: 2 import each other: a, b", &good);
}

#[test]
fn a_module_and_its_descendants_may_import_each_other() {
    let tree = tree(&[
        ("src/lib.rs", "mod a; pub use a::x::deep::D; pub struct Root;"),
        ("src/a/mod.rs", "mod x; use x::X; use x::deep::D; pub struct A;"),
        ("src/a/x/mod.rs", "pub mod deep; use super::A; pub struct X;"),
        (
            "src/a/x/deep.rs",
            "use crate::a::A; use super::X; use crate::Root; pub struct D;",
        ),
    ]);
    assert_eq!(imports(&tree).len(), 7);
    assert_eq!(circles_of(&tree), Vec::<String>::new());
}

#[test]
fn one_report_for_each_circle() {
    let tree = tree(&[
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "use crate::a::A; pub struct B;"),
        ("src/c.rs", "use crate::{a::A, d::D}; pub struct C;"),
        ("src/d.rs", "use crate::c::C; pub struct D;"),
        ("src/e.rs", "use crate::{a, c};"),
    ]);
    let reports = circles_of(&tree);
    assert_eq!(reports.len(), 2, "{reports:#?}");
    assert!(reports[0].starts_with("src: 2 import each other: a, b\n"));
    assert!(reports[1].starts_with("src: 2 import each other: c, d\n"));
}

#[test]
fn an_import_of_a_higher_layer() {
    let upward = |tree: &Tree| layers::upward_imports(&imports(tree));
    let api = (
        "src/api/mod.rs",
        "pub use crate::store::World; pub struct Status;",
    );
    let store = "pub struct World;";
    check(
        upward,
        &[
            api,
            (
                "src/store/mod.rs",
                "pub struct World; use crate::{api::{Status}};",
            ),
        ],
        "src/store/mod.rs:1 imports src/api/mod.rs (crate::api::Status), which is above it",
        &[api, ("src/store/mod.rs", store)],
    );
    check(
        upward,
        &[
            ("src/store/mod.rs", "fn f() { super::session::f() }"),
            ("src/session/mod.rs", "pub fn f() {}"),
        ],
        "imports src/session/mod.rs",
        &[
            ("src/store/mod.rs", "fn f() { f() }"),
            ("src/session/mod.rs", "pub fn f() {}"),
        ],
    );
    let app = ("src/app/mod.rs", "use crate::ui::Shell; pub struct State;");
    check(
        upward,
        &[app, ("src/ui/mod.rs", "pub struct Shell; use crate::app::State;")],
        "src/ui/mod.rs:1 imports src/app/mod.rs",
        &[app, ("src/ui/mod.rs", "pub struct Shell;")],
    );
    check(
        upward,
        &[
            ("src/web/page.rs", "use crate::ui::f;"),
            ("src/ui/mod.rs", "pub fn f() {}"),
        ],
        "src/web/page.rs:1 imports src/ui/mod.rs",
        &[
            ("src/web/page.rs", "pub fn f() {}"),
            ("src/ui/mod.rs", "use crate::web::page::f;"),
        ],
    );
    // Through a re-export of a module that may be imported: the file that defines the name counts.
    check(
        upward,
        &[
            ("src/lib.rs", "pub use session::S;"),
            ("src/session/mod.rs", "pub struct S;"),
            ("src/store/mod.rs", "use crate::S;"),
        ],
        "src/store/mod.rs:1 imports src/session/mod.rs",
        &[
            ("src/lib.rs", "pub struct S;"),
            ("src/session/mod.rs", ""),
            ("src/store/mod.rs", "use crate::S;"),
        ],
    );
    check(
        upward,
        &[
            ("src/elsewhere.rs", "use crate::limits::MAX;"),
            ("src/limits.rs", "pub const MAX: u8 = 1;"),
        ],
        "elsewhere or limits has no place in the order",
        &[
            ("src/main.rs", "fn main() { statefulset_playground::limits::f() }"),
            ("src/limits.rs", "pub fn f() {}"),
        ],
    );
}

#[test]
fn a_browser_crate_outside_of_its_folders() {
    let check_crates = layers::browser_crates;
    for name in [
        "web_sys",
        "js_sys",
        "gloo",
        "wasm_bindgen",
        "wasm_bindgen_futures",
    ] {
        let text = format!("use {name}::x;");
        let commented = format!("// {text}");
        let reported = format!("src/ui/mod.rs:1 names the crate {name}");
        check(
            check_crates,
            &[("src/ui/mod.rs", &text)],
            &reported,
            &[("src/web/mod.rs", &text), ("src/ui/mod.rs", &commented)],
        );
    }
    check(
        check_crates,
        &[("src/ui/mod.rs", "fn f(event: leptos::web_sys::Event) {}")],
        "names the crate web_sys",
        &[("src/ui/mod.rs", "fn f(event: leptos::ev::Event) {}")],
    );
    check(
        check_crates,
        &[("src/session/mod.rs", "use leptos::prelude::*;")],
        "src/session/mod.rs:1 names the crate leptos",
        &[("src/app/mod.rs", "use leptos::prelude::*;")],
    );
}

#[test]
fn a_dependency_that_nothing_uses() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\na-b = \"1\"\n[target.'cfg(unix)'.dependencies]\nc = \"1\"\n\
                    [dev-dependencies]\nd = \"1\"\n";
    check(
        layers::unused_dependencies,
        &[("Cargo.toml", manifest), ("src/lib.rs", "use c::C; // a_b")],
        "no code of the page uses a-b",
        &[
            ("Cargo.toml", manifest),
            ("src/lib.rs", "use c::C; fn f() { a_b::f() }"),
        ],
    );
}

#[test]
fn a_module_file_beside_its_folder() {
    check(
        code::module_style,
        &[("src/a.rs", "mod b;"), ("src/a/b.rs", "")],
        "src/a.rs is beside the folder src/a/",
        &[("src/a/mod.rs", "mod b;"), ("src/a/b.rs", ""), ("src/ab.rs", "")],
    );
    check(
        code::module_style,
        &[("src/a.rs", "#[path = \"elsewhere.rs\"] mod b;")],
        "hides a module",
        &[("src/a.rs", "const A: &str = include_str!(\"a.txt\");")],
    );
}

#[test]
fn a_file_that_is_too_long_or_has_an_empty_name() {
    let long = "fn f() {}\n".repeat(551);
    let tested = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{long}}}\n");
    check(
        code::long_files,
        &[("src/a.rs", &long)],
        "src/a.rs has 551 lines",
        &[("src/a.rs", &tested)],
    );
    check(
        code::long_files,
        &[("src/a/utils.rs", "")],
        "utils says nothing",
        &[("src/a/utility.rs", "")],
    );
}

#[test]
fn a_function_that_is_too_long() {
    let function = |lines: usize| {
        format!(
            "fn long<T: Into<[u8; 2]>>(x: T) {{\n{}}}\n",
            "    f();\n".repeat(lines)
        )
    };
    let (bad, good) = (function(69), function(68));
    check(
        code::long_functions,
        &[("src/a.rs", &bad)],
        "src/a.rs:1 long has 71 lines",
        &[("src/a.rs", &good)],
    );
    let tested = format!("#[cfg(test)]\nmod tests {{ {bad} }}");
    check(
        code::long_functions,
        &[("src/a.rs", &bad)],
        "long",
        &[("src/ui/a.rs", &bad), ("src/a.rs", &tested)],
    );
}

#[test]
fn a_name_that_says_nothing() {
    check(
        code::vague_names,
        &[("src/a.rs", "pub fn of() {}")],
        "a function called `of`",
        &[("src/a.rs", "fn offer() {}")],
    );
    let a = ("src/a.rs", "pub struct Outcome;");
    check(
        code::vague_names,
        &[a, ("src/b.rs", "pub(crate) enum Outcome {}")],
        "2 public types are called Outcome: src/a.rs:1, src/b.rs:1",
        &[a, ("src/b.rs", "enum Outcome {}")],
    );
    let twice = [("src/a.rs", "pub struct Line;"), ("src/b.rs", "pub struct Line;")];
    let thrice = [&twice[..], &[("src/c.rs", "pub type Line = u8;")]].concat();
    check(
        code::vague_names,
        &thrice,
        "3 public types are called Line",
        &twice,
    );
}

#[test]
fn a_list_that_names_no_file() {
    let good = [
        ("src/api/rfc3339.rs", ""),
        ("src/cluster/fault/mod.rs", ""),
        ("src/kubectl/age.rs", ""),
        ("src/kubectl/line/flags.rs", ""),
        ("src/object/time.rs", ""),
        ("src/share/mod.rs", ""),
        ("src/store/waiting/mod.rs", ""),
        ("src/timeline/mod.rs", ""),
    ];
    check(
        code::stale_lists,
        &good[1..],
        "no file begins with src/api/rfc3339",
        &good,
    );
}

#[test]
fn a_core_that_depends_on_the_machine() {
    let impure = [
        "use std::collections::HashMap;",
        "use std::collections::HashSet;",
        "fn f() { std::time::Instant::now(); }",
        "type T = std::time::SystemTime;",
        "static mut X: u8 = 0;",
        "fn f() { println!(); }",
    ];
    for text in impure {
        check(
            code::impure_core,
            &[("src/store/a.rs", text)],
            "src/store/a.rs:1 uses",
            &[("src/web/a.rs", text)],
        );
    }
    let good = "//! No HashMap, no Instant.\nuse std::collections::BTreeMap; const A: &str = \"HashMap\";";
    assert_eq!(
        code::impure_core(&tree(&[("src/store/a.rs", good)])),
        Vec::<String>::new()
    );
}

#[test]
fn time_in_floating_point() {
    for text in ["fn f(x: f64) {}", "const X: u8 = 1.5;", "fn f() { g(1f32) }"] {
        check(
            code::floating_time,
            &[("src/timeline/a.rs", text)],
            "floating point",
            &[("src/yaml/a.rs", text)],
        );
    }
    let good = [(
        "src/timeline/a.rs",
        "const HEX: u64 = 0x1f32; fn f() { for i in 0..10 { g(x.0.1) } } // 1.5 f64",
    )];
    assert_eq!(code::floating_time(&tree(&good)), Vec::<String>::new());
}

#[test]
fn a_match_that_catches_the_rest() {
    let waiting = (
        "src/store/waiting/mod.rs",
        "pub enum Waiting { A, B(Inner) } pub enum Inner { C, D }",
    );
    let whole = "match w { Waiting::A => 1, Waiting::B(Inner::C | Inner::D) => { 2 } }";
    let bad = [
        "match w { Waiting::A => 1, _ => 2 }",
        "match w { Waiting::A => { 1 } other => f(other), }",
        "match w { Waiting::B(inner) => match inner { Inner::C => 1, _ => 2 }, Waiting::A => 3 }",
        "match f(w, |x| { x }) { (Waiting::A, [1, 2]) if x => f(1, 2), _ => 2 }",
    ];
    for text in bad {
        let (bad, good) = (format!("fn f() {{ {text} }}"), format!("fn f() {{ {whole} }}"));
        check(
            code::catch_alls,
            &[waiting, ("src/scene/a.rs", &bad)],
            "src/scene/a.rs:1 catches the rest of",
            &[waiting, ("src/scene/a.rs", &good)],
        );
    }
    check(
        code::catch_alls,
        &[(
            "src/cluster/fault.rs",
            "enum Fault { A, B } impl Fault { fn f(self) { match self { Self::A => 1, _ => 2 } } }",
        )],
        "catches the rest of Self",
        &[
            waiting,
            (
                "src/scene/a.rs",
                "fn f() { match x { Some(Waiting::A) => 1, Some(Waiting::B(_)) => 2, None => 3 } }",
            ),
            (
                "src/scene/b.rs",
                "fn f() { match number { 1 => Waiting::A, _ => Waiting::B } }",
            ),
            (
                "src/scene/c.rs",
                "fn f() { match w { Waiting::A => match n { 1 => 2, _ => 3 }, Waiting::B(_) if x => 4, Waiting::B(_) => 5 } }",
            ),
        ],
    );
}

#[test]
fn a_line_of_kubectl_outside_of_kubectl() {
    for text in [
        "fn f() { format!(\"kubectl get {kind} {name} -o yaml\") }",
        "fn f() { format!(\"delete {name} --wait=false\") }",
        "const A: &str = \"rollout undo --to-revision=1\";",
        "const A: &str = \"scale sts/web\";",
        "const A: &str = \"kubectl api-resources\";",
    ] {
        check(
            code::kubectl_lines,
            &[("src/ui/a.rs", text)],
            "src/ui/a.rs:1 builds a line",
            &[("src/kubectl/a.rs", text)],
        );
    }
    let good =
        "const A: [&str; 4] = [\"kubectl \", \"kubectl line\", \"get pods\", \"delete the pod {name}\"];";
    let bad = "const A: [&str; 1] = [\"delete the pod {name}\"];";
    assert_eq!(
        code::kubectl_lines(&tree(&[("src/ui/a.rs", &good.replace(" {name}", ""))])),
        Vec::<String>::new()
    );
    assert_eq!(code::kubectl_lines(&tree(&[("src/ui/a.rs", bad)])).len(), 1);
}

#[test]
fn markup_made_of_text() {
    for word in [
        "inner_html=text",
        "element.innerHTML = text",
        "document.write(text)",
    ] {
        check(
            text::markup,
            &[("src/ui/a.js", word)],
            "src/ui/a.js:1 has",
            &[("src/ui/a.js", "element.textContent = text")],
        );
    }
}

#[test]
fn an_address_in_the_page() {
    check(
        text::addresses,
        &[("style/a.css", "src: url(https://fonts.example.com/a)")],
        "style/a.css:1 names an address",
        &[(
            "src/a.rs",
            "// See https://example.com\nconst NS: &str = \"http://www.w3.org/2000/svg\";",
        )],
    );
}

#[test]
fn work_left_for_later() {
    for word in [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("dbg", "!(x)"),
        concat!("/ho", "me/me"),
    ] {
        let line = format!("// {word}");
        check(
            text::leftovers,
            &[("src/a.rs", &line)],
            "src/a.rs:1 has",
            &[("tests/kubernetes/a.yaml", &line)],
        );
    }
    check(
        text::leftovers,
        &[("docs/a.md", "As asked for (#12).")],
        "docs/a.md:1 cites a number of an issue",
        &[
            ("docs/a.md", "# 12\nkubernetes/kubernetes#67250, color #123456a"),
            ("src/a.rs", "const LINK: &str = \"#0.\";"),
        ],
    );
}

#[test]
fn a_citation_of_nothing() {
    let behaviour = ("docs/behaviour.md", "# Behaviour\n## 1. Sets\n### 1.4 One sync\n");
    check(
        text::citations,
        &[behaviour, ("tests/scenario/a.txt", "# §1.4, §1.5: something.")],
        "tests/scenario/a.txt:1 cites §1.5",
        &[behaviour, ("tests/scenario/a.txt", "# §1.4. And §1.")],
    );
    check(
        text::citations,
        &[behaviour],
        "nothing is cited",
        &[behaviour, ("src/a.rs", "// §1")],
    );
}

#[test]
fn a_rule_without_evidence() {
    let files = [
        ("tests/kubernetes/traces/a.yaml", ""),
        ("tests/scenario/b.txt", ""),
        ("tests/kubernetes/walks/w.yaml", ""),
    ];
    let whole = "# Behaviour\n- Not a rule.\n## 1. Sets\n- One. [R: a, walks; G: b]\n1. Two. [S]\n";
    let good = [&files[..], &[("docs/behaviour.md", whole)]].concat();
    let cases = [
        (
            whole.replace(" [S]", ""),
            "docs/behaviour.md:5 does not say what backs it",
        ),
        (
            whole.replace("[S]", "[R: c]"),
            "docs/behaviour.md:5 names c, which does not exist",
        ),
        (
            whole.replace("[S]", "[X: a]"),
            "docs/behaviour.md:5 has an unknown mark: X: a",
        ),
        (whole.replace("; G: b", ""), "b backs no statement"),
        (whole.replace("a, walks", "walks"), "a backs no statement"),
    ];
    for (text, expected) in cases {
        check(
            text::evidence,
            &[&files[..], &[("docs/behaviour.md", &text)]].concat(),
            expected,
            &good,
        );
    }
}

#[test]
fn a_map_of_another_tree() {
    let a = ("src/a/mod.rs", "//! Mirrors `processCondemned`.");
    let whole = "| `src/a/` | a |\n| `src/b.rs` | b |\n| Where does it wait? | `processCondemned` | `src/a/mod.rs` |\n";
    let good = [
        a,
        ("src/b.rs", ""),
        ("src/lib.rs", ""),
        ("ARCHITECTURE.md", whole),
    ];
    let cases = [
        (
            whole.replace("`src/a/` | a", "`src/a/`, `src/c/` | a"),
            "ARCHITECTURE.md:1 names src/c/, which does not exist",
        ),
        (
            whole.replace("`src/b.rs`", "b"),
            "ARCHITECTURE.md leaves out src/b.rs",
        ),
        (
            whole.replace("processCondemned", "processReplica"),
            "sends to src/a/mod.rs, which does not have processReplica",
        ),
    ];
    for (text, expected) in cases {
        check(
            text::map,
            &[good[0], good[1], good[2], ("ARCHITECTURE.md", &text)],
            expected,
            &good,
        );
    }
}

#[test]
fn a_test_that_passes_without_its_data() {
    let bad = [
        "fn f() { std::fs::read_to_string(path).unwrap_or_default(); }",
        "fn f() { for entry in fs::read_dir(&folder).into_iter().flatten() {} }",
        "fn f() { let Ok(text) = fs::read_to_string(path) else { return }; }",
        "fn f() { if let Ok(text) = fs::read(path) { g(text) } }",
    ];
    let good = [(
        "tests/it/a.rs",
        "fn f() { fs::read_to_string(path).expect(\"a file\"); yaml::read(x).unwrap_or_default(); }",
    )];
    for text in bad {
        check(
            text::forgiving_reads,
            &[("tests/it/a.rs", text)],
            "tests/it/a.rs:1 goes on",
            &good,
        );
    }
}
