/** Prints a script with which a test opens and saves a diagram in the real modeller, in a browser. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const { outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["src/tools/modeler.js"],
  bundle: true, write: false, format: "iife", platform: "browser", logLevel: "error",
});
process.stdout.write(outputFiles[0].text);
