//! How a session is looked at: never what it is.

use crate::timeline::Speed;

/// The view's settings, most of them from the query of the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// In a frame of another page: no editor, *open full page* instead.
    pub embed: bool,
    /// Colours.
    pub theme: Theme,
    /// Which panes are there; none means all that have room.
    pub panes: Option<Vec<Tab>>,
    /// The speed to begin with.
    pub speed: Speed,
    /// Whether the show starts by itself.
    pub autoplay: bool,
    /// The dock's tab.
    pub tab: Tab,
    /// Whether the dock is folded to its newest line.
    pub folded: bool,
}

impl Default for View {
    fn default() -> View {
        View {
            embed: false,
            theme: Theme::default(),
            panes: None,
            speed: Speed::NORMAL,
            autoplay: true,
            tab: Tab::Events,
            folded: true,
        }
    }
}

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Panes and tabs by what one sees in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tab {
    /// The editor.
    Yaml,
    /// The stage.
    Stage,
    /// Events.
    Events,
    /// The kubectl console.
    Kubectl,
    /// Names and answers.
    Dns,
    /// The inspector.
    Objects,
}

impl Tab {
    /// All of them, in the order of the narrow screen.
    pub const ALL: [Tab; 6] = [
        Tab::Yaml,
        Tab::Stage,
        Tab::Events,
        Tab::Kubectl,
        Tab::Dns,
        Tab::Objects,
    ];

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Tab::Yaml => "YAML",
            Tab::Stage => "Stage",
            Tab::Events => "Events",
            Tab::Kubectl => "kubectl",
            Tab::Dns => "DNS",
            Tab::Objects => "Objects",
        }
    }
}

impl View {
    /// Reads the query of an address, with or without its question mark. What is unknown or malformed is left as it is:
    /// a query sets the view and never the content, so nothing is lost.
    pub fn from_query(query: &str) -> View {
        let mut view = View::default();
        for pair in query.trim_start_matches('?').split('&').take(QUERY_PAIRS_MAX) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "embed" => view.embed = !matches!(value, "0" | "false"),
                "theme" => {
                    let known = [Theme::System, Theme::Light, Theme::Dark];
                    let theme = known.into_iter().find(|theme| theme.name() == value);
                    view.theme = theme.unwrap_or(view.theme);
                }
                "panes" => view.panes = panes(value),
                "speed" => view.speed = Speed::parse(value).unwrap_or(view.speed),
                "autoplay" => view.autoplay = !matches!(value, "0" | "false"),
                _ => {}
            }
        }
        view
    }
}

/// More pairs than there are parameters; the rest of a long query is not read.
const QUERY_PAIRS_MAX: usize = 32;

fn panes(value: &str) -> Option<Vec<Tab>> {
    let named = |word: &str| {
        Tab::ALL
            .into_iter()
            .find(|tab| tab.label().eq_ignore_ascii_case(word))
    };
    let mut panes: Vec<Tab> = value.replace("%2C", ",").split(',').filter_map(named).collect();
    panes.sort();
    panes.dedup();
    (!panes.is_empty()).then_some(panes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, change: impl FnOnce(&mut View)) {
        let mut want = View::default();
        change(&mut want);
        assert_eq!(View::from_query(query), want);
    }

    #[test]
    fn the_query_sets_the_view() {
        check("", |_| {});
        check("?embed", |view| view.embed = true);
        check("embed=1&theme=dark", |view| {
            view.embed = true;
            view.theme = Theme::Dark;
        });
        check("?embed=0&autoplay=0", |view| view.autoplay = false);
        check("speed=4", |view| view.speed = Speed::from_quarters(16));
        check("speed=0.25", |view| view.speed = Speed::from_quarters(1));
        check("panes=stage,yaml", |view| {
            view.panes = Some(vec![Tab::Yaml, Tab::Stage])
        });
    }

    #[test]
    fn nonsense_changes_nothing() {
        check("speed=1e9&theme=<b>&panes=&=&&&text=x", |_| {});
    }
}
