//! The settings of the view.

use crate::timeline::Speed;

/// The settings of the view, most of them from the query of the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// In a frame of another page: without the editor, with a link to the full page.
    pub embed: bool,
    /// The colour theme.
    pub theme: Theme,
    /// The initial speed.
    pub speed: Speed,
    /// Whether playback starts by itself.
    pub autoplay: bool,
    /// The open tab of the dock.
    pub tab: Tab,
    /// Whether the dock is folded to its newest line.
    pub folded: bool,
}

impl Default for View {
    fn default() -> View {
        View {
            embed: false,
            theme: Theme::default(),
            speed: Speed::NORMAL,
            autoplay: true,
            tab: Tab::Events,
            folded: true,
        }
    }
}

/// A colour theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// The system's preference.
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

/// Panes, and tabs of the dock.
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
    /// The inspector.
    Objects,
}

impl Tab {
    /// All tabs, in the order of the narrow layout.
    pub const ALL: [Tab; 5] = [Tab::Yaml, Tab::Stage, Tab::Events, Tab::Kubectl, Tab::Objects];

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Tab::Yaml => "YAML",
            Tab::Stage => "Stage",
            Tab::Events => "Events",
            Tab::Kubectl => "kubectl",
            Tab::Objects => "Objects",
        }
    }
}

impl View {
    /// Parses the query of an address, with or without its question mark. Unknown or malformed parameters are ignored.
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
                "speed" => view.speed = Speed::parse(value).unwrap_or(view.speed),
                "autoplay" => view.autoplay = !matches!(value, "0" | "false"),
                _ => {}
            }
        }
        view
    }
}

/// Maximum number of parameters that are read from a query.
const QUERY_PAIRS_MAX: usize = 32;

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
    }

    #[test]
    fn malformed_parameters_are_ignored() {
        check("speed=1e9&theme=<b>&panes=&=&&&text=x", |_| {});
    }
}
