const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/**
 * The first key that an object gives twice, or undefined: a parser would silently take the last of the two. Looks at
 * the outer keys that are `watched`, and at all keys within their values.
 * @param json valid JSON: it was parsed before
 */
export function findDuplicateKey(json: string, watched: ReadonlySet<string>): string | undefined {
  /** For each open object the keys so far, for each open list undefined. */
  const open: (Set<string> | undefined)[] = []
  let isKeyNext = false
  let outerKey = ''
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(json, at)
      const keys = open.at(-1)
      if (isKeyNext && keys) {
        const key = keyOf(json.slice(at, end))
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

/** Where the string that begins at `start` ends: behind the first quote that is not escaped. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; ; ) {
    const quote = json.indexOf('"', at)
    let backslashes = 0
    while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++
    at = quote + 1
    if (backslashes % 2 === 0) return at
  }
}

const keyOf = (quoted: string): string => (quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1))
