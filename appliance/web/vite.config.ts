import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const SHRINKS = /\.(?:js|css|html|svg|txt|json|webmanifest)$/;
const WORTH_BYTES = 1024;

// The box serves `.br` and `.gz` from beside each file: compressed once, here.
function compressed(): Plugin {
  const pack = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) pack(path);
      else if (SHRINKS.test(name) && statSync(path).size >= WORTH_BYTES) {
        const bytes = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    }
  };
  return { name: "compressed", apply: "build", closeBundle: () => pack(join(import.meta.dirname, "dist")) };
}

// The build is static: no inline script or style, so that the box can serve it under
// `script-src 'self'; style-src 'self'` with Trusted Types enforced and no nonce.
export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    target: ["chrome110", "firefox128"],
    // Module preloading is done by the browser from <link>; the polyfill would be one more script.
    modulePreload: { polyfill: false },
    // One stylesheet: a part that is loaded late then needs one file, and can be tried again (the bundler asks for a style only once).
    cssCodeSplit: false,
    // Data URLs for assets would need a wider CSP.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { host: "127.0.0.1", port: 5173 },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
