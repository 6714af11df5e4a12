/** The modeller as process owners have it: opens a diagram and saves it. For tests, in a browser. */
import Modeler from "bpmn-js/lib/Modeler";
import behaviors from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import modelerModdle from "modeler-moddle/resources/modeler.json";

window.openAndSave = async (xml) => {
  const container = document.body.appendChild(document.createElement("div"));
  const modeler = new Modeler({
    container,
    additionalModules: [behaviors],
    moddleExtensions: { zeebe, modeler: modelerModdle },
  });
  const { warnings } = await modeler.importXML(xml);
  const saved = await modeler.saveXML({ format: true });
  modeler.destroy();
  container.remove();
  return { xml: saved.xml, warnings: warnings.map((warning) => warning.message) };
};
