// The leader's map lives with its own files.

export { default } from "../map/page.js";
