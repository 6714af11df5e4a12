/**
 * Judges diagrams, decision tables and forms as the Camunda Modeler does, and by bpmnlint's
 * recommended rules. Prints a line a finding; ends with 1 when there is any.
 *
 *     node lint-diagrams.mjs FOLDER...
 */
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BpmnModdle } from "bpmn-moddle";
import { Linter } from "bpmnlint";
import NodeResolver from "bpmnlint/lib/resolver/node-resolver.js";
import { DmnModdle } from "dmn-moddle";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const PLATFORM = "Camunda Cloud";
const VERSION = "8.8.0";

/** The Modeler's linters are written for a bundler, so a bundler brings them here. */
async function modelerLinters() {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["src/tools/linters.js"],
    bundle: true, write: false, format: "esm", platform: "node", logLevel: "error",
  });
  const source = Buffer.from(outputFiles[0].contents).toString("base64");
  return import(`data:text/javascript;base64,${source}`);
}

const { CamundaLinter, FormLinter, modeler, zeebe } = await modelerLinters();
const camunda = new CamundaLinter({ modeler: "desktop", type: "cloud" });
const recommended = new Linter({
  config: { extends: "bpmnlint:recommended" },
  resolver: new NodeResolver({ require: createRequire(import.meta.url) }),
});

const oneLine = (text) => String(text).replaceAll(/\s+/g, " ");
const finding = (element, rule, message) => ({ element: element ?? "-", rule, message });

function platformFindings(platform, version) {
  if (platform === PLATFORM && version === VERSION) return [];
  const found = `${platform ?? "nothing"} ${version ?? ""}`.trim();
  return [finding("-", "execution-platform", `is for ${found}, not ${PLATFORM} ${VERSION}`)];
}

async function lintDiagram(text) {
  const moddle = new BpmnModdle({ zeebe, modeler });
  const { rootElement, warnings } = await moddle.fromXML(text);
  const findings = warnings.map((warning) => finding("-", "xml", warning.message));
  findings.push(...platformFindings(
    rootElement.get("modeler:executionPlatform"), rootElement.get("modeler:executionPlatformVersion"),
  ));
  for (const report of await camunda.lint(text)) {
    findings.push(finding(report.id, report.rule, report.message));
  }
  for (const [rule, reports] of Object.entries(await recommended.lint(rootElement))) {
    findings.push(...reports.map((report) => finding(report.id, `bpmnlint/${rule}`, report.message)));
  }
  return findings;
}

async function lintDecisions(text) {
  const { warnings } = await new DmnModdle().fromXML(text);
  return warnings.map((warning) => finding("-", "xml", warning.message));
}

async function lintForm(text) {
  const form = JSON.parse(text);
  const findings = platformFindings(form.executionPlatform, form.executionPlatformVersion);
  for (const report of await new FormLinter().lint(form)) {
    findings.push(finding(report.id, report.rule ?? "form", report.message));
  }
  return findings;
}

const LINT = { bpmn: lintDiagram, dmn: lintDecisions, form: lintForm };

async function judge(path) {
  const lint = LINT[path.split(".").pop()];
  try {
    return await lint(await readFile(path, "utf8"));
  } catch (error) {
    return [finding("-", "unreadable", error.message)];
  }
}

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true });
  return entries.filter((name) => /\.(bpmn|dmn|form)$/.test(name)).sort().map((name) => join(folder, name));
}

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error("name at least one folder");
let count = 0;
for (const path of (await Promise.all(folders.map(filesUnder))).flat()) {
  for (const { element, rule, message } of await judge(path)) {
    count += 1;
    console.log(`${path}: ${element}: ${oneLine(message)} [${rule}]`);
  }
}
process.exitCode = count === 0 ? 0 : 1;
