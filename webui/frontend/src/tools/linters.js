/** What the Camunda Modeler itself uses to judge a diagram or a form; bundled by lint-diagrams.mjs. */
export { FormLinter } from "@camunda/form-linting";
export { Linter as CamundaLinter } from "@camunda/linting";
export { default as zeebe } from "zeebe-bpmn-moddle/resources/zeebe.json";
export { default as modeler } from "modeler-moddle/resources/modeler.json";
