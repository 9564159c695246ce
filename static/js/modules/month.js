// The table of many visits lives with its own files.

export { default } from "../month/page.js";
