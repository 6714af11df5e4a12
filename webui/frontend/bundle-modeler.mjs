/**
 * Prints a script for a browser with a tool of `src/tools`: `modeler` opens and saves a diagram in
 * the real modeller, `pictures` draws one.
 *
 *     node bundle-modeler.mjs [modeler | pictures]
 */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: [`src/tools/${process.argv[2] ?? "modeler"}.js`],
  bundle: true, write: false, format: "iife", platform: "browser", logLevel: "error",
});
process.stdout.write(outputFiles[0].text);
