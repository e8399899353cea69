// Finds the Chromium for tests and screenshots: $CHROMIUM, else one on this machine.
// `node tools/chromium.mjs --install` installs one if possible (root on Debian), and prints its path.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const ELSEWHERE = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const MISSING =
  "Chromium was not found: install Chromium or Chrome, or set CHROMIUM to its path, and try again.";

/** Arguments for a headless Chromium without background traffic and without a sandbox, which containers do not support. */
export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @returns {string | null} the path of an executable Chromium */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE];
  return candidates.find(isExecutable) ?? null;
}

/** @returns {string} the path of an executable Chromium */
export function requireChromium() {
  const path = findChromium();
  if (!path) throw new Error(MISSING);
  if (!isExecutable(path)) throw new Error(`CHROMIUM is set to ${path}, which is not an executable file.`);
  return path;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installChromium() {
  if (findChromium() || process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return;
  console.error("setup: installing Chromium with apt-get (about a minute)");
  const quiet = { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-q"], /** @type {any} */ (quiet));
  spawnSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], /** @type {any} */ (quiet));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--install")) installChromium();
  try {
    console.log(requireChromium());
  } catch (error) {
    console.error(`setup: ${error.message}`);
    process.exitCode = 1;
  }
}
