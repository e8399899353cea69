//! Keys and values of ConfigMaps and Secrets from literals and files (`ParseFileSource`, `ParseLiteralSource` in
//! `kubectl/pkg/util/util.go`, `AddFromEnvFile` in `kubectl/pkg/cmd/util/env_file.go`).

use std::collections::BTreeMap;

use super::super::FILE;
use crate::api::{config_map_key, strict_env_var_name};
use crate::object::Kind;

/// The keys and values that the flags of a line add.
pub struct Sources<'a> {
    /// The data so far.
    pub data: BTreeMap<String, String>,
    /// The content of the only file.
    file: &'a str,
    kind: Kind,
    name: &'a str,
}

/// The content of a file, or the error of the operating system.
pub fn read_file<'a>(content: &'a str, path: &str) -> Result<&'a str, &'static str> {
    match path.strip_prefix("./").unwrap_or(path) {
        FILE => Ok(content),
        _ => Err("no such file or directory"),
    }
}

impl<'a> Sources<'a> {
    /// No data yet; `file` is the content of the only file.
    pub fn new(file: &'a str, kind: Kind, name: &'a str) -> Sources<'a> {
        Sources {
            data: BTreeMap::new(),
            file,
            kind,
            name,
        }
    }

    /// Adds a key (`addKeyFromLiteralToConfigMap`, `addKeyFromLiteralToSecret`).
    ///
    /// # Errors
    /// An invalid key, or one that exists already.
    pub fn add(&mut self, key: &str, value: &str) -> Result<(), String> {
        let errors = config_map_key(key);
        let is_config_map = self.kind == Kind::ConfigMap;
        if !errors.is_empty() {
            return Err(match is_config_map {
                true => format!(
                    "{key:?} is not a valid key name for a ConfigMap: {}",
                    errors.join(",")
                ),
                false => format!("{key:?} is not valid key name for a Secret {}", errors.join(";")),
            });
        }
        if self.data.contains_key(key) {
            return Err(match is_config_map {
                true => format!(
                    "cannot add key {key:?}, another key by that name already exists in Data for ConfigMap {:?}",
                    self.name
                ),
                false => format!("cannot add key {key}, another key by that name already exists"),
            });
        }
        self.data.insert(key.to_owned(), value.to_owned());
        Ok(())
    }

    /// `--from-literal` (`ParseLiteralSource`).
    ///
    /// # Errors
    /// The first invalid source.
    pub fn add_literals(&mut self, sources: &[&str]) -> Result<(), String> {
        for source in sources {
            match source.split_once('=') {
                Some((key, value)) if !key.is_empty() => self.add(key, value)?,
                _ => return Err(format!("invalid literal source {source}, expected key=value")),
            }
        }
        Ok(())
    }

    /// `--from-file` (`ParseFileSource`).
    ///
    /// # Errors
    /// The first invalid source, or the first file that does not exist.
    pub fn add_files(&mut self, sources: &[&str]) -> Result<(), String> {
        for source in sources {
            let (key, path) = file_source(source)?;
            let content = read_file(self.file, path).map_err(|why| format!("error reading {path}: {why}"))?;
            self.add(key, content)?;
        }
        Ok(())
    }

    /// `--from-env-file` (`AddFromEnvFile`).
    ///
    /// # Errors
    /// The first file that does not exist, or the first invalid line.
    pub fn add_env_files(&mut self, paths: &[&str]) -> Result<(), String> {
        for path in paths {
            let content = read_file(self.file, path).map_err(|why| format!("error reading {path}: {why}"))?;
            for line in content.lines() {
                let line = line.trim_start();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let (key, value) = line.split_once('=').unwrap_or((line, ""));
                let errors = strict_env_var_name(key);
                if !errors.is_empty() {
                    return Err(format!("{key:?} is not a valid key name: {}", errors.join(";")));
                }
                self.add(key, value)?;
            }
        }
        Ok(())
    }
}

/// The key and the path of `[KEY=]PATH`; without a key it is the name of the file.
fn file_source(source: &str) -> Result<(&str, &str), String> {
    match source.split_once('=') {
        None => Ok((source.rsplit('/').next().unwrap_or_default(), source)),
        Some((_, path)) if path.contains('=') => Err("key names or file paths cannot contain '='".to_owned()),
        Some(("", path)) => Err(format!("key name for file path {path} missing")),
        Some((key, "")) => Err(format!("file path for key name {key} missing")),
        Some((key, path)) => Ok((key, path)),
    }
}
