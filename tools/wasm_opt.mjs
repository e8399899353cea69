// How the Wasm is optimised: for the page (build.mjs), and to measure its parts (parts.mjs).

/**
 * The arguments of wasm-opt. local-cse makes the Wasm smaller, but not after brotli, so it is skipped. low-memory-unused
 * holds: the first kilobyte is the end of the stack, and contains no object. Functions in the order of their names are
 * beside similar ones, which brotli uses.
 */
export const WASM_OPT = ["-Oz", "--skip-pass=local-cse", "--low-memory-unused", "--reorder-functions-by-name"];
