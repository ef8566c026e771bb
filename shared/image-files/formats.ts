/** Constructs that may precede the root element of an SVG file, by their beginning and end. */
const SVG_PROLOG: readonly (readonly [begin: string, end: string])[] = [
  ['<?xml', '>'],
  ['<!--', '-->'],
  ['<!doctype svg', '>'],
]

/** File formats by how they begin, as latin1: with one of these texts, or as the pattern says. SVG is detected by `isSvg`. */
const FORMATS: readonly (readonly [name: string, ...starts: readonly (string | RegExp)[]])[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['GIF', 'GIF8'],
  ['WebP', /^RIFF.{4}WEBP/s],
  ['AVIF', /^.{4}ftypavi[fs]/s],
  ['HEIC', /^.{4}ftyp(hei|hev|mif1|msf1)/s],
  ['JPEG XL', '\xff\x0a', '\0\0\0\x0cJXL '],
  ['JPEG 2000', '\xff\x4f\xff\x51', '\0\0\0\x0cjP  '],
  ['BMP', /^BM.{4}\0{4}/s],
  ['TIFF', 'II*\0', 'MM\0*', 'II+\0', 'MM\0+'],
  ['an icon file', '\0\0\x01\0', '\0\0\x02\0'],
  ['a Photoshop file', '8BPS'],
  ['a video', '\x1aE\xdf\xa3', /^.{4}ftyp/s, /^RIFF.{4}AVI /s],
  ['PDF', '%PDF-'],
  ['gzip', '\x1f\x8b'],
  ['a zip archive', 'PK\x03\x04'],
  ['a Git LFS pointer', 'version https://git-lfs'],
  ['JSON', /^\s*[{[]\s*["{\]}]/],
  ['a web page or XML', /^\s*<(!doctype|!--|html|head|body|\?xml|error)/i],
]

const START_BYTES = 1024

/**
 * Names the format of a file by its first bytes. Pure.
 * @param start the first kilobyte, or more
 * @returns `JPEG`, `PNG`, or another name for a message; `undefined` when the format is not known
 */
export function findFormat(start: Uint8Array): string | undefined {
  const text = Buffer.from(start.subarray(0, START_BYTES)).toString('latin1')
  if (isSvg(text)) return 'SVG'
  const begins = (start: string | RegExp): boolean =>
    typeof start === 'string' ? text.startsWith(start) : start.test(text)
  return FORMATS.find(([, ...starts]) => starts.some(begins))?.[0]
}

/** Skips the prolog step by step. A single regular expression for it could backtrack catastrophically. */
function isSvg(start: string): boolean {
  let rest = start.trimStart().toLowerCase()
  let end = findPrologEnd(rest)
  while (end !== undefined) {
    const at = rest.indexOf(end)
    if (at < 0) return false
    rest = rest.slice(at + end.length).trimStart()
    end = findPrologEnd(rest)
  }
  return rest.startsWith('<svg')
}

const findPrologEnd = (text: string): string | undefined => SVG_PROLOG.find(([begin]) => text.startsWith(begin))?.[1]
