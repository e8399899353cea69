//! The catalogue of manifests that a session can start from, decoded from `presets.yaml`.

use std::sync::OnceLock;

use serde::Deserialize;

/// A manifest with its entry in the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Its file in this folder.
    pub file: String,
    /// A short name for lists.
    pub title: String,
    /// One or two sentences about it.
    pub description: String,
}

const CATALOGUE: &str = include_str!("presets.yaml");

/// The text of each file that the catalogue names.
const MANIFESTS: &[(&str, &str)] = &[("first.yaml", include_str!("first.yaml"))];

impl Preset {
    /// The text of its file.
    pub fn manifest(&self) -> &'static str {
        let found = MANIFESTS.iter().find(|(file, _)| *file == self.file);
        found.map(|(_, text)| *text).unwrap_or_default()
    }
}

/// The presets in the order of the catalogue.
pub fn presets() -> &'static [Preset] {
    static PRESETS: OnceLock<Vec<Preset>> = OnceLock::new();
    // A test decodes the catalogue, so an error cannot reach the page.
    PRESETS.get_or_init(|| serde_yaml::from_str(CATALOGUE).unwrap_or_default())
}

/// The manifest that a new visitor sees.
pub fn first_manifest() -> &'static str {
    presets().first().map(Preset::manifest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_describes_every_manifest_once() {
        let presets: Vec<Preset> = serde_yaml::from_str(CATALOGUE).expect("presets.yaml is valid");
        let files: Vec<&str> = presets.iter().map(|preset| preset.file.as_str()).collect();
        let texts: Vec<&str> = MANIFESTS.iter().map(|(file, _)| *file).collect();
        assert_eq!(files, texts);
        for preset in &presets {
            assert!(
                !preset.title.is_empty() && !preset.description.is_empty(),
                "{preset:?}"
            );
        }
    }

    #[test]
    fn every_manifest_declares_objects() {
        assert!(!presets().is_empty());
        for preset in presets() {
            let parsed = crate::yaml::parse(preset.manifest());
            assert!(!parsed.documents.is_empty(), "{}", preset.file);
            for document in &parsed.documents {
                let key = document.root.as_ref().and_then(crate::object::Key::read);
                assert!(key.is_some(), "{}: {document:?}", preset.file);
            }
        }
    }
}
