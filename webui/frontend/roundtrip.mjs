/**
 * Reads diagrams and decision tables with the model that the Camunda Modeler uses, and writes them
 * again. Prints JSON: {file: {xml, warnings}}. Whether the meaning stayed is for the caller to say.
 *
 *     node roundtrip.mjs FILE...
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { BpmnModdle } from "bpmn-moddle";
import { DmnModdle } from "dmn-moddle";

const require = createRequire(import.meta.url);
const zeebe = require("zeebe-bpmn-moddle/resources/zeebe.json");
const modeler = require("modeler-moddle/resources/modeler.json");

const saved = {};
for (const path of process.argv.slice(2)) {
  const moddle = path.endsWith(".dmn") ? new DmnModdle() : new BpmnModdle({ zeebe, modeler });
  const { rootElement, warnings } = await moddle.fromXML(await readFile(path, "utf8"));
  const { xml } = await moddle.toXML(rootElement, { format: true });
  saved[path] = { xml, warnings: warnings.map((warning) => warning.message) };
}
console.log(JSON.stringify(saved));
