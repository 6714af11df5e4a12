/**
 * Judges element templates by Camunda's official JSON schema. Prints a line a finding; ends with 1
 * when there is any.
 *
 *     node check-templates.mjs FILE...
 */
import { readFile } from "node:fs/promises";
import { getZeebeSchemaVersion, validateZeebe } from "@bpmn-io/element-templates-validator";

const files = process.argv.slice(2);
if (files.length === 0) throw new Error("name at least one file");
let count = 0;
for (const path of files) {
  const { valid, errors } = validateZeebe(JSON.parse(await readFile(path, "utf8")));
  if (valid) continue;
  for (const { message } of errors ?? []) {
    count += 1;
    console.log(`${path}: ${message}`);
  }
  if (!errors?.length) count += 1;
}
console.log(`schema ${getZeebeSchemaVersion()}: ${count} findings in ${files.length} templates`);
process.exitCode = count === 0 ? 0 : 1;
