// A photo made small on the phone: turned upright, longest side 1600 px, JPEG; what the camera wrote stays behind.

import { positionSegment, withSegment } from "./exif.js";

const LONGEST_PX = 1600;
const QUALITY = 0.82;
const LARGEST_BYTES = 40 * 1024 * 1024;
const HEAD_BYTES = 256 * 1024;

export class NotAPhoto extends Error {}
export class TooLarge extends Error {}

export async function shrink(file, { keepPosition = false } = {}) {
  if (file.size > LARGEST_BYTES) throw new TooLarge(file.name);
  const picture = await decoded(file);
  try {
    const jpeg = await drawn(picture);
    const segment = keepPosition ? positionSegment(await file.slice(0, HEAD_BYTES).arrayBuffer()) : null;
    return { blob: segment ? withSegment(jpeg, segment) : jpeg, hasPosition: Boolean(segment) };
  } finally {
    picture.close?.();
  }
}

async function decoded(file) {
  try {
    return await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return decodedByImage(file);
  }
}

// Some browsers open more kinds of picture in an <img> than as a bitmap.
async function decodedByImage(file) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return image;
  } catch {
    throw new NotAPhoto(file.name);
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

async function drawn(picture) {
  const [width, height] = [picture.naturalWidth ?? picture.width, picture.naturalHeight ?? picture.height];
  if (!width || !height) throw new NotAPhoto("");
  const scale = Math.min(1, LONGEST_PX / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // a drawing with a transparent ground does not turn black
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
  if (!jpeg) throw new NotAPhoto("");
  return jpeg;
}
