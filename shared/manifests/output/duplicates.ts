import { COMMA } from '../../platform/storage/ascii.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * Finds the first duplicate key of an object; JSON.parse would silently use the last value. Checks the outer keys in
 * `watched`, and all keys within their values. Pure.
 * @param json valid JSON
 */
export function findDuplicateKey(json: string, watched: ReadonlySet<string>): string | undefined {
  /** The keys so far of each open object; undefined for an open list. */
  const open: (Set<string> | undefined)[] = []
  let isKeyNext = false
  let outerKey = ''
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      const end = findStringEnd(json, at)
      const keys = open.at(-1)
      if (isKeyNext && keys) {
        const key = parseKey(json.slice(at, end))
        if (open.length === 1) outerKey = key
        if (keys.has(key) && watched.has(outerKey)) return key
        keys.add(key)
        isKeyNext = false
      }
      at = end - 1
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      open.push(code === OPEN_OBJECT ? new Set() : undefined)
      isKeyNext = code === OPEN_OBJECT
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop()
      isKeyNext = false
    } else if (code === COMMA) {
      isKeyNext = open.at(-1) !== undefined
    }
  }
  return undefined
}

/** Returns the index after the closing quote of the string that begins at `start`. */
function findStringEnd(json: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = json.indexOf('"', at)
    let backslashes = 0
    while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    at = quote + 1
    if (backslashes % 2 === 0) return at
  }
}

const parseKey = (quoted: string): string => (quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1))
