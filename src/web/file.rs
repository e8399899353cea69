//! Files: those of the person's device, and those served beside the page.

use gloo::file::{Blob, ObjectUrl};
use gloo::utils::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlAnchorElement, HtmlInputElement, Response};

/// Offers a text for download.
pub fn download(name: &str, text: &str) {
    let blob = Blob::new_with_options(text, Some("application/yaml"));
    let url = ObjectUrl::from(blob);
    let anchor = document().create_element("a").ok();
    if let Some(anchor) = anchor.and_then(|a| a.dyn_into::<HtmlAnchorElement>().ok()) {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
}

/// Fetches a file that is served beside the page; `None` if that fails.
pub async fn fetch(name: &str) -> Option<String> {
    let response = JsFuture::from(window().fetch_with_str(name)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    if !response.ok() {
        return None;
    }
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The text of the file that a person chose, or why it cannot be opened; `None` if they chose none.
pub async fn chosen(input: &HtmlInputElement, bytes_max: usize) -> Option<Result<String, &'static str>> {
    let file = input.files()?.get(0)?;
    if file.size() > bytes_max as f64 {
        return Some(Err("This file is too large to be a manifest."));
    }
    let text = JsFuture::from(file.text())
        .await
        .ok()
        .and_then(|text| text.as_string());
    input.set_value("");
    Some(match text {
        Some(text) if !text.contains('\0') => Ok(text),
        _ => Err("This file is not a text file."),
    })
}
