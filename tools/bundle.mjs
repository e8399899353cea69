// Bundles and minifies what the browser gets besides the Wasm: the start module, the editor and the style sheet.
// Trunk runs this before it reads index.html, which then hashes the results in target/web/.
import { build, transform } from "esbuild";
import { readFile } from "node:fs/promises";

const TARGETS = ["chrome123", "firefox120", "safari17.5"];

/** A sheet for a shadow root is imported by its script as minified text. */
const shadowSheets = {
  name: "shadow sheets",
  setup({ onLoad }) {
    onLoad({ filter: /src\/ui\/.*\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true, target: TARGETS });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

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
  target: TARGETS,
  plugins: [shadowSheets],
  legalComments: "none",
  logLevel: "warning",
});
