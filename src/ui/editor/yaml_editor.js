customElements.define("yaml-editor", class extends HTMLElement {});
