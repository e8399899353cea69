// Bundles and minifies the start module, the editor and the style sheet into target/web/. Trunk runs this before it reads
// index.html, which refers to the results.
import { build, transform } from "esbuild";
import { readFile } from "node:fs/promises";

const TARGETS = ["chrome123", "firefox125", "safari17.5"];

/** Style sheets of shadow roots are imported by scripts as minified text. */
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
