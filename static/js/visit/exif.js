// The position in a photo, and nothing else of what the camera wrote: the GPS part of a JPEG's EXIF, carried to another JPEG.

const GPS_POINTER = 0x8825;
const LONG = 4;
const SIZES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8 };
const ENTRY = 12;
const FIRST_IFD = 8;
const GPS_IFD = FIRST_IFD + 2 + ENTRY + 4;
const MOST_ENTRIES = 40;

// The TIFF block of the first EXIF segment, or null.
function tiffOf(bytes) {
  const view = new DataView(bytes);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength; ) {
    const marker = view.getUint16(at);
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return null;
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return new DataView(bytes, at + 10, Math.min(length - 8, view.byteLength - at - 10));
    at += 2 + length;
  }
  return null;
}

function* entriesAt(tiff, offset, little) {
  const count = tiff.getUint16(offset, little);
  for (let index = 0; index < Math.min(count, MOST_ENTRIES); index += 1) {
    const at = offset + 2 + index * ENTRY;
    const type = tiff.getUint16(at + 2, little);
    const number = tiff.getUint32(at + 4, little);
    yield { at, tag: tiff.getUint16(at, little), type, number, length: (SIZES[type] ?? 0) * number };
  }
}

// The bytes of an EXIF segment that says the position alone, or null where there is none.
export function positionSegment(bytes) {
  try {
    const tiff = tiffOf(bytes);
    if (!tiff) return null;
    const little = tiff.getUint16(0) === 0x4949;
    const pointer = [...entriesAt(tiff, tiff.getUint32(4, little), little)].find(({ tag }) => tag === GPS_POINTER);
    if (!pointer) return null;
    const entries = [...entriesAt(tiff, tiff.getUint32(pointer.at + 8, little), little)].filter(({ length }) => length > 0 && length < 1024);
    return entries.length ? segmentOf(tiff, entries, little) : null;
  } catch (error) {
    if (error instanceof RangeError) return null; // an EXIF block that points outside itself
    throw error;
  }
}

function segmentOf(tiff, entries, little) {
  const long = entries.filter(({ length }) => length > 4);
  const beyond = GPS_IFD + 2 + entries.length * ENTRY + 4;
  const size = beyond + long.reduce((sum, { length }) => sum + length + (length % 2), 0);
  const segment = new Uint8Array(10 + size);
  segment.set([0xff, 0xe1, (size + 8) >> 8, (size + 8) & 0xff, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  const made = new DataView(segment.buffer, 10);
  made.setUint16(0, little ? 0x4949 : 0x4d4d);
  made.setUint16(2, 42, little);
  made.setUint32(4, FIRST_IFD, little);
  made.setUint16(FIRST_IFD, 1, little);
  put(made, FIRST_IFD + 2, { tag: GPS_POINTER, type: LONG, number: 1 }, little);
  made.setUint32(FIRST_IFD + 10, GPS_IFD, little);
  made.setUint16(GPS_IFD, entries.length, little);
  let free = beyond;
  for (const [index, entry] of entries.entries()) {
    const at = GPS_IFD + 2 + index * ENTRY;
    put(made, at, entry, little);
    const from = entry.length > 4 ? tiff.getUint32(entry.at + 8, little) : entry.at + 8;
    const to = entry.length > 4 ? free : at + 8;
    for (let byte = 0; byte < entry.length; byte += 1) made.setUint8(to + byte, tiff.getUint8(from + byte));
    if (entry.length > 4) {
      made.setUint32(at + 8, free, little);
      free += entry.length + (entry.length % 2);
    }
  }
  return segment;
}

function put(made, at, { tag, type, number }, little) {
  made.setUint16(at, tag, little);
  made.setUint16(at + 2, type, little);
  made.setUint32(at + 4, number, little);
}

// The JPEG with the segment right after its first two bytes.
export function withSegment(jpeg, segment) {
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)], { type: "image/jpeg" });
}
