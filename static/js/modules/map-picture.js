// The picture of the map lives with the map's own files.

export { default } from "../map/picture.js";
