/**
 * Shows a diagram with the case's position on it. Read-only; the bpmn.io mark stays (its licence).
 *
 * <figure class="tr-diagram" data-diagram-url="..." data-active="a b" data-done="c" data-incident="">
 */
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const MARKS = { done: "tr-mark-done", active: "tr-mark-active", incident: "tr-mark-incident" };
const ZOOM_STEP = 1.25;
const READABLE_ZOOM = 0.75;

function button(label, title, action) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "tr-diagram__button";
  element.textContent = label;
  element.title = title;
  element.setAttribute("aria-label", title);
  element.addEventListener("click", action);
  return element;
}

function controls(canvas) {
  const bar = document.createElement("div");
  bar.className = "tr-diagram__controls";
  const by = (factor) => () => canvas.zoom(canvas.zoom() * factor);
  bar.append(
    button("+", "Inzoomen", by(ZOOM_STEP)),
    button("−", "Uitzoomen", by(1 / ZOOM_STEP)),
    button("Passend", "Passend: de hele tekening", () => canvas.zoom("fit-viewport", "auto")),
  );
  return bar;
}

/** Elements named in the data attributes that this diagram does not hold are not an error. */
function mark(viewer, figure) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const [kind, className] of Object.entries(MARKS)) {
    for (const id of (figure.dataset[kind] ?? "").split(/\s+/).filter(Boolean)) {
      if (registry.get(id)) canvas.addMarker(id, className);
    }
  }
}

/** Fits the drawing; one too large to read that way starts at the place where the case is. */
function lookAt(viewer, figure) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  const registry = viewer.get("elementRegistry");
  const active = (figure.dataset.active ?? "").split(/\s+/).map((id) => registry.get(id)).filter(Boolean);
  // Work to be done says more about where the case is than an event it also waits for.
  const here = active.find((element) => !element.type.endsWith("Event")) ?? active[0];
  if (!here || canvas.zoom() >= READABLE_ZOOM) return;
  const { outer } = canvas.viewbox();
  const [width, height] = [outer.width / READABLE_ZOOM, outer.height / READABLE_ZOOM];
  canvas.viewbox({
    x: here.x + here.width / 2 - width / 2, y: here.y + here.height / 2 - height / 2, width, height,
  });
}

async function show(figure) {
  const container = document.createElement("div");
  container.className = "tr-diagram__canvas";
  figure.prepend(container);
  // The wheel scrolls the page, as everywhere else; the buttons zoom.
  const viewer = new NavigatedViewer({ container, zoomScroll: { enabled: false } });
  try {
    const answer = await fetch(figure.dataset.diagramUrl, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    await viewer.importXML(await answer.text());
  } catch {
    viewer.destroy();
    container.textContent = "De tekening kan nu niet worden getoond.";
    figure.dataset.state = "failed";
    return;
  }
  const canvas = viewer.get("canvas");
  const drawing = container.querySelector("svg");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", figure.dataset.label ?? "Tekening van het proces");
  mark(viewer, figure);
  figure.prepend(controls(canvas));
  lookAt(viewer, figure);
  figure.dataset.state = "shown";
}

document.querySelectorAll("[data-diagram-url]").forEach(show);
