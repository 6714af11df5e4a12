/**
 * Builds what the browser gets into ../static/dist (git-ignored).
 *
 * The design tokens of the theme are some four thousand custom properties; only the ones that a
 * rule of ours can reach are kept. `manifest.json` maps each file to a short hash of its contents,
 * so that pages can ask for `app.css?v=<hash>` and browsers may keep it for ever.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "..", "static", "dist");

/** CSS without the custom properties that nothing reaches (through other properties or directly). */
function withoutUnusedTokens(css) {
  const declaration = /(?<=[{;])\s*(--[\w-]+):((?:"[^"]*"|'[^']*'|[^;{}"'])*)(?=[;}])/g;
  const uses = (text) => [...text.matchAll(/var\(\s*(--[\w-]+)/g)].map((match) => match[1]);
  const values = new Map();
  for (const [, name, value] of css.matchAll(declaration)) {
    values.set(name, `${values.get(name) ?? ""} ${value}`);
  }
  const reached = new Set();
  const waiting = uses(css.replaceAll(declaration, ""));
  while (waiting.length > 0) {
    const name = waiting.pop();
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...uses(values.get(name) ?? ""));
  }
  return css.replaceAll(declaration, (whole, name) => (reached.has(name) ? whole : ""))
    .replaceAll(/([{;]);+/g, "$1");
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/app.js", "src/viewer.js", "src/app.css", "src/viewer.css"],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome110", "firefox115", "safari16"],
  loader: { ".woff2": "file", ".woff": "empty" },
  assetNames: "[name]-[hash]",
  legalComments: "linked",
  logLevel: "warning",
});
const theme = join(out, "app.css");
await writeFile(theme, withoutUnusedTokens(await readFile(theme, "utf8")));

const manifest = {};
for (const name of (await readdir(out)).sort()) {
  if (!/\.(css|js)$/.test(name)) continue;
  const digest = createHash("sha256").update(await readFile(join(out, name))).digest("hex");
  manifest[name] = digest.slice(0, 12);
}
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
