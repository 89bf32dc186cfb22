// Tells the stylesheet that scripts run, and starts the components of the design system.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
