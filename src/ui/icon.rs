//! Icons as SVG paths: a stroke, a filled shape, and a shape cut out of that.

use leptos::prelude::*;

use crate::scene::StatusIcon;

/// An icon of 16 by 16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon {
    stroke: &'static str,
    solid: &'static str,
    cut: &'static str,
    dashed: bool,
}

const CIRCLE: &str = "M2.2 8a5.8 5.8 0 1 1 11.6 0a5.8 5.8 0 1 1 -11.6 0";

const fn stroke(stroke: &'static str) -> Icon {
    Icon {
        stroke,
        solid: "",
        cut: "",
        dashed: false,
    }
}

const fn solid(solid: &'static str) -> Icon {
    Icon {
        stroke: "",
        solid,
        cut: "",
        dashed: false,
    }
}

const fn cut(solid: &'static str, cut: &'static str) -> Icon {
    Icon {
        stroke: "",
        solid,
        cut,
        dashed: false,
    }
}

const fn both(stroke: &'static str, solid: &'static str) -> Icon {
    Icon {
        stroke,
        solid,
        cut: "",
        dashed: false,
    }
}

#[allow(missing_docs, reason = "each icon is named by what it shows or does")]
impl Icon {
    pub const MARK: Icon = stroke("M2 4.2h2.6v8.6H2zM6.7 6.2h2.6v6.6H6.7zM11.4 8.2H14v4.6h-2.6z");
    pub const PLAY: Icon = solid("M4.5 2.8v10.4L13 8z");
    pub const PAUSE: Icon = solid("M4 3h3v10H4zM9 3h3v10H9z");
    pub const STEP: Icon = stroke("M4 3.5 9.5 8 4 12.5zM12.5 3.5v9");
    pub const BACK: Icon = stroke("M12 3.5 6.5 8l5.5 4.5zM3.5 3.5v9");
    pub const SKIP: Icon = stroke("M2.5 3.5 7.5 8l-5 4.5zM8 3.5 13 8l-5 4.5zM14.3 3.5v9");
    pub const UNDO: Icon = stroke("M5.5 3 2.5 6l3 3M3 6h6a4 4 0 0 1 0 8H6");
    pub const LINK: Icon = stroke(
        "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
    );
    pub const MORE: Icon = solid(
        "M2.2 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M6.7 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0M11.2 8a1.3 1.3 0 1 0 2.6 0a1.3 1.3 0 1 0-2.6 0",
    );
    pub const NODE: Icon = stroke("M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01");
    pub const RESTARTS: Icon = stroke("M12.8 6A5.3 5.3 0 1 0 13.3 9M13.3 2.8V6H10");
    pub const LIT: Icon = solid("M3 8a5 5 0 1 1 10 0a5 5 0 1 1-10 0");
    pub const DARK: Icon = stroke("M3.5 8a4.5 4.5 0 1 1 9 0a4.5 4.5 0 1 1-9 0");
    pub const HELP: Icon = stroke(
        "M1.8 8a6.2 6.2 0 1 1 12.4 0a6.2 6.2 0 1 1-12.4 0M6.3 6.2a1.8 1.8 0 1 1 2.4 1.7c-.5.2-.7.5-.7 1.1M8 11.3v.01",
    );
    pub const THEME: Icon = both(CIRCLE, "M8 2.2a5.8 5.8 0 0 1 0 11.6z");
    pub const UP: Icon = stroke("m4 10 4-4 4 4");
    pub const DOWN: Icon = stroke("m4 6 4 4 4-4");
    pub const CHECK: Icon = stroke("m3.5 8.5 3 3 6-7");
    pub const CLOCK: Icon = stroke("M2 8a6 6 0 1 1 12 0a6 6 0 1 1-12 0M8 4.8V8l2.2 1.6");
    pub const MINUS: Icon = stroke("M4 8h8");
    pub const PLUS: Icon = stroke("M4 8h8M8 4v8");
    pub const COMPARE: Icon = stroke("M2 3h5v10H2zM9 3h5v10H9z");
    pub const EDIT: Icon = stroke("M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3zM9 4.7l2.3 2.3");
    pub const CLOSE: Icon = stroke("m4 4 8 8M12 4l-8 8");
    pub const MARKER: Icon = solid("M8 14.5 3 7.5V2.5h10v5z");
    pub const TRASH: Icon = stroke("M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5");
    pub const BOLT: Icon = stroke("M9 2 4 9h4l-1 5 5-7H8z");
    pub const OPEN: Icon = stroke("M9 3h4v4M13 3 7.5 8.5M7 4H3v9h9V9");
    pub const FILE: Icon = stroke("M4 2h5l3 3v9H4zM9 2v3h3");
    pub const SAVE: Icon = stroke("M8 2.5v7M5 6.8l3 3 3-3M3 13h10");
    pub const INFO: Icon = stroke("M1.8 8a6.2 6.2 0 1 1 12.4 0a6.2 6.2 0 1 1-12.4 0M8 7.3v3.7M8 5v.01");
    pub const READY: Icon = cut(
        "M1.5 8a6.5 6.5 0 1 1 13 0a6.5 6.5 0 1 1-13 0",
        "M5 8.2l2.1 2.1L11 6",
    );
    pub const RUNNING: Icon = both(CIRCLE, "M8 4.2a3.8 3.8 0 0 1 0 7.6z");
    pub const PENDING: Icon = Icon {
        dashed: true,
        ..stroke(CIRCLE)
    };
    pub const CREATING: Icon =
        stroke("M2.2 8a5.8 5.8 0 1 1 11.6 0a5.8 5.8 0 1 1-11.6 0M5.3 8h.01M8 8h.01M10.7 8h.01");
    pub const STOPPING: Icon = both(CIRCLE, "M5.7 5.7h4.6v4.6H5.7z");
    pub const FAILED: Icon = cut("M8 1.6 15 14H1z", "M8 6v4M8 12v.01");
    pub const DONE: Icon = stroke("M2.5 2.5h11v11h-11zM5 8.2l2.1 2.1L11 6");
    pub const UNKNOWN: Icon = Icon::HELP;

    /// The icon of a status.
    pub const fn for_status(status: StatusIcon) -> Icon {
        match status {
            StatusIcon::Ready => Icon::READY,
            StatusIcon::Running => Icon::RUNNING,
            StatusIcon::Pending => Icon::PENDING,
            StatusIcon::Creating => Icon::CREATING,
            StatusIcon::Stopping => Icon::STOPPING,
            StatusIcon::Done => Icon::DONE,
            StatusIcon::Failed => Icon::FAILED,
            StatusIcon::Unknown => Icon::UNKNOWN,
        }
    }
}

/// Draws an icon.
pub fn icon(icon: Icon) -> impl IntoView {
    let path = |class: &'static str, d: &'static str| {
        (!d.is_empty()).then(|| view! { <path class=class d=d></path> })
    };
    view! {
        <svg class="icon" class:dashed=icon.dashed viewBox="0 0 16 16" aria-hidden="true">
            {path("line", icon.stroke)} {path("solid", icon.solid)} {path("cut", icon.cut)}
        </svg>
    }
}

/// Draws an icon that depends on signals.
pub fn changing(icon: impl Fn() -> Icon + Copy + Send + 'static) -> impl IntoView {
    view! {
        <svg class="icon" class:dashed=move || icon().dashed viewBox="0 0 16 16" aria-hidden="true">
            <path d=move || icon().stroke></path>
            <path class="solid" d=move || icon().solid></path>
            <path class="cut" d=move || icon().cut></path>
        </svg>
    }
}
