//! Which file of `src` imports which: `use` declarations of every form and paths in code, re-exports followed to the
//! file that defines the name.

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use super::lexer::{self, Spanned, Token};

/// The library's own name, as `main.rs` writes it.
const CRATE_NAME: &str = "statefulset_playground";

/// How many re-exports are followed before giving up: more is an endless loop.
const REEXPORTS_MAX: usize = 16;

/// One file uses something of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: Module,
    pub to: Module,
    /// Line in the importing file, counted from 1.
    pub line: usize,
    /// The path as resolved relative to the crate or as written.
    pub path: String,
    /// Whether only tests use it.
    pub in_test: bool,
}

/// A file and the module path that it defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Module {
    pub path: Vec<String>,
    pub file: String,
}

/// What is declared in one module, a file or an inline `mod x { … }`.
#[derive(Default)]
struct Scope {
    file: String,
    /// Path of the module that the file defines.
    module: Vec<String>,
    children: BTreeSet<String>,
    items: BTreeSet<String>,
    /// Names that `use` binds, with the paths that they refer to.
    bindings: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    uses: Vec<PathUse>,
}

/// A path in a `use` declaration or in code.
struct PathUse {
    path: Vec<String>,
    line: usize,
    in_test: bool,
    /// Whether the path is a single name in code, which only a glob import can bind to another file.
    bare: bool,
}

struct Scopes(BTreeMap<Vec<String>, Scope>);

/// All imports between files of `src`, each pair of files with each line once.
pub fn imports(tree: &Tree) -> Vec<Import> {
    let mut scopes = Scopes(BTreeMap::new());
    for (path, text) in tree.files("src/", ".rs") {
        scopes.read(path, text);
    }
    scopes.link_children();
    let mut found = BTreeSet::new();
    for (at, scope) in &scopes.0 {
        for used in &scope.uses {
            let Some(to) = scopes.resolve(at, &used.path, used.bare, 0) else {
                continue;
            };
            if to.file != scope.file {
                found.insert(Import {
                    from: Module {
                        path: scope.module.clone(),
                        file: scope.file.clone(),
                    },
                    to,
                    line: used.line,
                    path: used.path.join("::"),
                    in_test: used.in_test,
                });
            }
        }
    }
    found.into_iter().collect()
}

/// The module path of a file below `src`.
pub fn module_path(file: &str) -> Vec<String> {
    let inside = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut path: Vec<String> = inside.split('/').map(str::to_owned).collect();
    if path.last().is_some_and(|last| last == "mod") || path == ["lib"] {
        path.pop();
    }
    path
}

impl Scopes {
    fn read(&mut self, file: &str, text: &str) {
        let module = module_path(file);
        let tokens = lexer::tokens(text);
        let mut reader = Reader {
            file,
            module: &module,
            tokens: &tokens,
            at: 0,
        };
        reader.scope(self, module.clone(), tokens.len());
    }

    fn link_children(&mut self) {
        let root = self.0.entry(Vec::new()).or_default();
        root.file = "src/lib.rs".to_owned();
        let paths: Vec<Vec<String>> = self.0.keys().cloned().collect();
        for path in paths {
            let Some((name, parent)) = path.split_last() else {
                continue;
            };
            if let Some(scope) = self.0.get_mut(parent) {
                scope.children.insert(name.clone());
            }
        }
    }

    /// The file that defines what `path` names in the module `at`; none for another crate's names.
    fn resolve(&self, at: &[String], path: &[String], bare: bool, depth: usize) -> Option<Module> {
        let scope = self.0.get(at)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" | CRATE_NAME => return self.walk(&[], rest, depth),
            "self" => return self.walk(at, rest, depth),
            "super" => return self.walk(at.split_last()?.1, rest, depth),
            _ => {}
        }
        if scope.children.contains(first) || scope.items.contains(first) || scope.bindings.contains_key(first)
        {
            // A `use` of the name itself has been counted.
            return if bare { None } else { self.walk(at, path, depth) };
        }
        self.through_globs(at, path, depth)
    }

    /// Follows `path` from the module `at`, which exists in this crate.
    fn walk(&self, at: &[String], path: &[String], depth: usize) -> Option<Module> {
        let scope = self.0.get(at)?;
        let own = Module {
            path: scope.module.clone(),
            file: scope.file.clone(),
        };
        let Some((first, rest)) = path.split_first() else {
            return Some(own);
        };
        if depth > REEXPORTS_MAX {
            return Some(own);
        }
        match first.as_str() {
            "self" => return self.walk(at, rest, depth),
            "super" => return self.walk(at.split_last()?.1, rest, depth),
            "*" => return Some(own),
            _ => {}
        }
        if scope.children.contains(first) {
            let child: Vec<String> = at.iter().chain([first]).cloned().collect();
            return self.walk(&child, rest, depth);
        }
        if scope.items.contains(first) {
            return Some(own);
        }
        if let Some(target) = scope.bindings.get(first) {
            // A binding of the same name as its target's first segment refers to another crate or a child.
            if target.first() == Some(first) {
                return Some(own);
            }
            let whole: Vec<String> = target.iter().chain(rest).cloned().collect();
            return self.resolve(at, &whole, false, depth + 1).or(Some(own));
        }
        self.through_globs(at, path, depth).or(Some(own))
    }

    /// Looks for the first name of `path` in the modules that `at` imports with a glob.
    fn through_globs(&self, at: &[String], path: &[String], depth: usize) -> Option<Module> {
        if depth > REEXPORTS_MAX {
            return None;
        }
        let first = path.first()?;
        self.0.get(at)?.globs.iter().find_map(|glob| {
            let source = self.module_of(at, glob, depth + 1)?;
            let scope = self.0.get(&source)?;
            let known = scope.children.contains(first)
                || scope.items.contains(first)
                || scope.bindings.contains_key(first);
            if known && source != at {
                return self.walk(&source, path, depth + 1);
            }
            if source == at {
                None
            } else {
                self.through_globs(&source, path, depth + 1)
            }
        })
    }

    /// The module that `path` names, if it names one of this crate.
    fn module_of(&self, at: &[String], path: &[String], depth: usize) -> Option<Vec<String>> {
        if depth > REEXPORTS_MAX {
            return None;
        }
        let mut here = at.to_vec();
        for (index, segment) in path.iter().enumerate() {
            match segment.as_str() {
                "crate" | CRATE_NAME => here.clear(),
                "self" => {}
                "super" => {
                    here.pop()?;
                }
                name => {
                    let scope = self.0.get(&here)?;
                    if scope.children.contains(name) {
                        here.push(name.to_owned());
                    } else {
                        let target = scope.bindings.get(name)?;
                        let whole: Vec<String> = target.iter().chain(&path[index + 1..]).cloned().collect();
                        return self.module_of(&here, &whole, depth + 1);
                    }
                }
            }
        }
        self.0.contains_key(&here).then_some(here)
    }
}

struct Reader<'a> {
    file: &'a str,
    module: &'a [String],
    tokens: &'a [Spanned],
    at: usize,
}

impl Reader<'_> {
    /// Reads the module `path` up to the token `end`.
    fn scope(&mut self, scopes: &mut Scopes, path: Vec<String>, end: usize) {
        let mut scope = Scope {
            file: self.file.to_owned(),
            module: self.module.to_vec(),
            ..Scope::default()
        };
        let mut depth = 0_usize;
        while self.at < end {
            let spanned = &self.tokens[self.at];
            match &spanned.token {
                Token::Mark('{') => depth += 1,
                Token::Mark('}') => depth = depth.saturating_sub(1),
                Token::Word(word) => match word.as_str() {
                    "use" if self.begins_use() => {
                        self.at += 1;
                        self.use_tree(&mut scope, &[], spanned.in_test);
                        continue;
                    }
                    "mod" if self.next_is_block() => {
                        let name = self.tokens[self.at + 1].token.word().unwrap_or_default();
                        let inner: Vec<String> = path.iter().cloned().chain([name.to_owned()]).collect();
                        let close = lexer::closing(self.tokens, self.at + 2);
                        self.at += 3;
                        self.scope(scopes, inner, close);
                        continue;
                    }
                    "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" | "static"
                    | "macro_rules" => {
                        if depth == 0 {
                            self.item(&mut scope);
                        }
                    }
                    _ => {
                        self.code_path(&mut scope);
                        continue;
                    }
                },
                _ => {}
            }
            self.at += 1;
        }
        scopes.0.insert(path, scope);
    }

    fn token(&self, index: usize) -> Option<&Token> {
        self.tokens.get(index).map(|spanned| &spanned.token)
    }

    /// Not the precise capturing of `impl Trait + use<'a>`, nor an attribute of a view.
    fn begins_use(&self) -> bool {
        let next = self.token(self.at + 1);
        let previous = self.at.checked_sub(1).and_then(|index| self.token(index));
        let starts = previous.is_none_or(|token| {
            matches!(token, Token::Mark(';' | '}' | '{' | ']' | ')')) || token.is_word("pub")
        });
        starts
            && next.is_some_and(|token| {
                matches!(token, Token::Word(_) | Token::PathSeparator | Token::Mark('{'))
            })
    }

    fn next_is_block(&self) -> bool {
        self.token(self.at + 1)
            .is_some_and(|token| token.word().is_some())
            && self.token(self.at + 2).is_some_and(|token| token.is('{'))
    }

    fn item(&self, scope: &mut Scope) {
        let mut index = self.at + 1;
        while self
            .token(index)
            .is_some_and(|token| token.is_word("mut") || token.is('!'))
        {
            index += 1;
        }
        if let Some(name) = self.token(index).and_then(Token::word)
            && name != "fn"
            && name != "_"
        {
            scope.items.insert(name.to_owned());
        }
    }

    /// Reads a tree of `use` with `prefix` before it; stops after it.
    fn use_tree(&mut self, scope: &mut Scope, prefix: &[String], in_test: bool) {
        let mut path = prefix.to_vec();
        let mut line = self.tokens.get(self.at).map_or(0, |spanned| spanned.line);
        loop {
            let Some(spanned) = self.tokens.get(self.at) else {
                return;
            };
            match &spanned.token {
                Token::Word(word) if word == "as" => {
                    let alias = self
                        .token(self.at + 1)
                        .and_then(Token::word)
                        .unwrap_or("_")
                        .to_owned();
                    self.at += 2;
                    return bind(scope, path, &alias, line, in_test);
                }
                Token::Word(word) => {
                    line = spanned.line;
                    path.push(word.clone());
                    self.at += 1;
                }
                Token::PathSeparator => self.at += 1,
                Token::Mark('*') => {
                    self.at += 1;
                    scope.globs.push(path.clone());
                    path.push("*".to_owned());
                    scope.uses.push(PathUse {
                        path,
                        line,
                        in_test,
                        bare: false,
                    });
                    return;
                }
                Token::Mark('{') => {
                    self.at += 1;
                    while self.token(self.at).is_some_and(|token| !token.is('}')) {
                        self.use_tree(scope, &path, in_test);
                        if self.token(self.at).is_some_and(|token| token.is(',')) {
                            self.at += 1;
                        } else if self.token(self.at).is_some_and(|token| !token.is('}')) {
                            return;
                        }
                    }
                    self.at += 1;
                    return;
                }
                _ => {
                    let last = path.iter().rev().find(|name| *name != "self").cloned();
                    return bind(scope, path, &last.unwrap_or_default(), line, in_test);
                }
            }
        }
    }

    /// Reads `a::b::c` or a single name in code; stops after it.
    fn code_path(&mut self, scope: &mut Scope) {
        let Spanned { line, in_test, .. } = self.tokens[self.at];
        let previous = self.at.checked_sub(1).and_then(|index| self.token(index));
        let is_field = previous.is_some_and(|token| token.is('.'));
        // `::name` is another crate; `>::` is followed by an associated item.
        let is_tail = previous == Some(&Token::PathSeparator);
        let mut path = Vec::new();
        while let Some(word) = self.token(self.at).and_then(Token::word) {
            path.push(word.to_owned());
            self.at += 1;
            let goes_on = self.token(self.at) == Some(&Token::PathSeparator)
                && self
                    .token(self.at + 1)
                    .is_some_and(|token| token.word().is_some());
            if !goes_on {
                break;
            }
            self.at += 1;
        }
        if !is_field && !is_tail {
            let bare = path.len() == 1;
            // The visibility `pub(crate)`, and `self` as a value.
            if bare && matches!(path[0].as_str(), "crate" | "super" | "self") {
                return;
            }
            scope.uses.push(PathUse {
                path,
                line,
                in_test,
                bare,
            });
        }
    }
}

fn bind(scope: &mut Scope, path: Vec<String>, name: &str, line: usize, in_test: bool) {
    if path.is_empty() {
        return;
    }
    if name != "_" {
        scope.bindings.insert(name.to_owned(), path.clone());
    }
    scope.uses.push(PathUse {
        path,
        line,
        in_test,
        bare: false,
    });
}
