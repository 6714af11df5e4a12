/** Draws a diagram as an SVG, for the pictures of the handbook; runs in a browser. */
import Viewer from "bpmn-js/lib/Viewer";

window.drawn = async (xml) => {
  const container = document.body.appendChild(document.createElement("div"));
  const viewer = new Viewer({ container });
  const { warnings } = await viewer.importXML(xml);
  const { svg } = await viewer.saveSVG();
  viewer.destroy();
  container.remove();
  return { svg, warnings: warnings.map((warning) => warning.message) };
};
