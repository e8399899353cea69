// Serves a folder like a static host: `node tools/serve.mjs dist`.
// The port is $PORT, else the first free one from 8080; the host is $HOST, else 127.0.0.1.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const FIRST_PORT = 8080;
const PORTS_TRIED = 100;

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** Names with a hash of the content, which can be cached forever. */
const HASHED = /-[0-9a-f]{8,}(_bg)?\.[a-z]+$/;

/**
 * @param {string} folder
 * @param {{ port?: number, host?: string }} [options] port 0 takes any free port
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { port = 0, host = "127.0.0.1" } = {}) {
  const root = resolve(folder);
  const server = createServer((request, response) => answer(root, request, response));
  await new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => done(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    url: `http://${shown}:${address.port}/`,
    close: () => new Promise((done) => {
      server.close(() => done());
      server.closeAllConnections();
    }),
  };
}

/**
 * @param {string} root
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
function answer(root, request, response) {
  const file = locate(root, request.url ?? "/");
  if (!file || (request.method !== "GET" && request.method !== "HEAD")) {
    response.writeHead(file ? 405 : 404, { "content-type": "text/plain; charset=utf-8" });
    response.end(file ? "Method not allowed\n" : "Not found\n");
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(file.path)] ?? "application/octet-stream",
    "content-length": file.size,
    "cache-control": HASHED.test(file.path) ? "public, max-age=31536000, immutable" : "no-cache",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else createReadStream(file.path).on("error", () => response.destroy()).pipe(response);
}

/**
 * @param {string} root
 * @param {string} url
 * @returns {{ path: string, size: number } | null} null if there is no such file inside the root
 */
function locate(root, url) {
  try {
    let path = normalize(join(root, decodeURIComponent(url.split(/[?#]/, 1)[0])));
    if (path !== root && !path.startsWith(root + sep)) return null;
    let stat = statSync(path);
    if (stat.isDirectory()) {
      path = join(path, "index.html");
      stat = statSync(path);
    }
    return stat.isFile() ? { path, size: stat.size } : null;
  } catch {
    return null;
  }
}

/** @param {string} folder */
async function main(folder) {
  const host = process.env.HOST || "127.0.0.1";
  const wanted = Number(process.env.PORT) || 0;
  const ports = wanted ? [wanted] : Array.from({ length: PORTS_TRIED }, (_, index) => FIRST_PORT + index);
  for (const port of ports) {
    try {
      const { url } = await serve(folder, { port, host });
      console.log(`\n  StatefulSet Playground: ${url}\n\n  Press Ctrl-C to stop.`);
      return;
    } catch (error) {
      if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
    }
  }
  console.error(`Port ${ports[0]}${ports.length > 1 ? ` and the ${ports.length - 1} after it are` : " is"} in use. Choose one: make run PORT=9000`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
  await main(process.argv[2] ?? "dist");
}
