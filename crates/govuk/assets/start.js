// The one script that a page loads. It tells the stylesheet that scripts run, starts the components of the design system,
// and with them our own, each of which does nothing on a page without its element.
import { initAll } from "./govuk-frontend.min.js";
import "./progress.js";
import "./timeout.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
