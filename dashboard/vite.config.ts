/** Builds the dashboard into dist/dashboard, each text file also compressed. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const builtFolder = path.join(import.meta.dirname, "..", "dist", "dashboard");
/** Takes the place of `builtFolder` when it is complete, so that a running server never lacks a file. */
const nextFolder = path.join(import.meta.dirname, "..", "dist", `.dashboard-${process.pid}`);
const serverUrl = process.env.SITEWIRE_URL ?? "http://127.0.0.1:8642";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), compressed(), inPlace()],
  build: {
    outDir: nextFolder,
    emptyOutDir: true,
    target: "es2023",
    // The content security policy allows no data: URLs but for images.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  // Development only: pages from here, data from a running server.
  server: { proxy: { "/api": serverUrl, "/status": serverUrl } },
});

/** Writes `.br` and `.gz` beside each text file, for a server that only has to choose. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync(nextFolder, { recursive: true, encoding: "utf8" })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const file = path.join(nextFolder, name);
        const content = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
        );
      }
    },
  };
}

/** Puts the new files in the place of the ones before. */
function inPlace(): Plugin {
  return {
    name: "in-place",
    apply: "build",
    closeBundle: {
      order: "post",
      sequential: true,
      handler() {
        const formerFolder = `${nextFolder}-former`;
        if (existsSync(builtFolder)) renameSync(builtFolder, formerFolder);
        renameSync(nextFolder, builtFolder);
        rmSync(formerFolder, { recursive: true, force: true });
      },
    },
  };
}
