const SIGNATURE = 'Exif\0\0'
const TIFF_MAGIC = 42
const ORIENTATION_TAG = 0x0112
const SHORT = 3
const TIFF_HEADER_BYTES = 8
const ENTRY_BYTES = 12

/**
 * Reads the orientation from the data of a JPEG's APP1 segment. Pure.
 * @returns 1 to 8, where 1 is upright; `undefined` when the segment is not EXIF, or has no valid orientation
 * @see https://www.cipa.jp/std/documents/download_e.html?DC-008-Translation-2023-E section 4.6.5
 */
export function readOrientation(segment: Uint8Array): number | undefined {
  if (Buffer.from(segment.subarray(0, SIGNATURE.length)).toString('latin1') !== SIGNATURE) return undefined
  const tiff = segment.subarray(SIGNATURE.length)
  if (tiff.length < TIFF_HEADER_BYTES) return undefined
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength)
  const byteOrder = String.fromCharCode(view.getUint8(0), view.getUint8(1))
  const littleEndian = byteOrder === 'II'
  if ((!littleEndian && byteOrder !== 'MM') || view.getUint16(2, littleEndian) !== TIFF_MAGIC) return undefined
  const directory = view.getUint32(4, littleEndian)
  if (directory + 2 > tiff.length) return undefined
  const entries = view.getUint16(directory, littleEndian)
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES
    if (entry + ENTRY_BYTES > tiff.length) return undefined
    if (view.getUint16(entry, littleEndian) !== ORIENTATION_TAG) continue
    const value = view.getUint16(entry + 8, littleEndian)
    return view.getUint16(entry + 2, littleEndian) === SHORT && value >= 1 && value <= 8 ? value : undefined
  }
  return undefined
}
