// Bundles and minifies what the browser gets besides the Wasm: the start module, the editor and the style sheet.
// Trunk runs this before it reads index.html, which then hashes the results in target/web/.
import { build } from "esbuild";

await build({
  entryPoints: {
    boot: "src/web/boot.js",
    yaml_editor: "src/ui/editor/yaml_editor.js",
    main: "style/main.css",
  },
  outdir: "target/web",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "none",
  logLevel: "warning",
});
